"""A benchmark that measures wrongly is worse than none: its readers, metrics and bookkeeping on tiny data."""

import gzip
import json
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import goldtext, memory, metadata, quality, speed
from benchmarks.__main__ import main
from benchmarks.cache import OutputCache
from benchmarks.data import open_all, open_daniel, open_news, open_seeds, open_wcxb
from benchmarks.domains import registrable_domain
from benchmarks.matching import names, same_author, same_date, same_title
from benchmarks.metrics import found, quantile, score, words
from benchmarks.peers import DEHUSK, PEERS
from benchmarks.report import Figure, figures_table, table
from benchmarks.runner import Runner

PAGE = "<html lang='en'><body><nav>Home</nav><article><p>The wren sings at dawn.</p></article></body></html>"


def put(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(content.encode()))
    else:
        path.write_text(content, "utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with all four data sets, as small as they get."""
    wcxb = tmp_path / "wcxb-dev"
    put(wcxb / "html" / "0001.html.gz", PAGE)
    truth = {
        "title": "The wren", "author": None, "publish_date": "2024-05-01",
        "main_content": "The wren sings at dawn.", "with": ["wren sings"], "without": ["Home"],
    }  # fmt: skip
    record = {
        "url": "https://birds.example.co.uk/wren",
        "_internal": {"page_type": {"primary": "forum"}},
        "ground_truth": truth,
    }
    put(wcxb / "ground-truth" / "0001.json", json.dumps(record))
    put(wcxb / "html" / "0002.html.gz", PAGE)
    put(wcxb / "ground-truth" / "0002.json", json.dumps(record | {"ground_truth": {"title": "No text"}}))

    daniel = tmp_path / "daniel-dev"
    id = "20110101_www.ptaki.example.pl_0a1b"
    put(daniel / "html" / f"{id}.html.gz", PAGE)
    put(
        daniel / "reference" / f"{id}.txt",
        "<p>Wr&oacute;bel</p>\n<p>Dwa <b>ptaki</b>.<script>x()</script></p>\n",
    )
    put(daniel / "language.json", json.dumps({id: "Polish"}))

    news = tmp_path / "news-dev"
    page = '<html lang="de-AT"><head><link rel="canonical" href="https://www.vogel.example/a"></head></html>'
    put(news / "html" / "at.Vogel.V1.html.gz", page)
    put(news / "html" / "at.Fink.V1.html.gz", "<html></html>")
    for name in ("at.Vogel.V1", "at.Fink.V1"):
        put(news / "text" / f"{name}.txt", "Der Zaunkönig singt.")
    put(
        news / "meta.json",
        json.dumps({n: {"country": "at", "title": "Ein Vogel"} for n in ("at.Vogel.V1", "at.Fink.V1")}),
    )

    put(tmp_path / "seeds" / "000.txt", "Skip to content\nThe wren sings at dawn.")
    put(tmp_path / "seeds" / "expected" / "000.txt", "The wren sings at dawn.")
    return tmp_path


class TestReaders:
    def test_wcxb(self, data: Path) -> None:
        sample, empty = open_wcxb(data / "wcxb-dev")
        assert sample.id == "0001"
        assert sample.html == PAGE.encode()
        assert sample.gold == "The wren sings at dawn."
        assert (sample.site, sample.page_type, sample.language) == ("example.co.uk", "forum", "en")
        assert (sample.must_have, sample.must_not) == (("wren sings",), ("Home",))
        assert (sample.gold_title, sample.gold_author, sample.gold_date) == ("The wren", None, "2024-05-01")
        assert (empty.gold, empty.must_have, empty.gold_date) == ("", (), None)

    def test_daniel_has_no_address_but_a_site(self, data: Path) -> None:
        (sample,) = open_daniel(data / "daniel-dev")
        assert sample.gold == "Wróbel\nDwa ptaki ."
        assert (sample.language, sample.url, sample.site) == ("pl", None, "example.pl")

    def test_news_takes_address_and_language_from_the_page(self, data: Path) -> None:
        without, with_address = open_news(data / "news-dev")
        assert (with_address.language, with_address.url) == ("de", "https://www.vogel.example/a")
        assert with_address.site == "vogel.example"
        assert with_address.gold_title == "Ein Vogel"
        assert (without.language, without.url, without.site) == ("und", None, "at.fink")

    def test_seeds(self, data: Path) -> None:
        (seed,) = open_seeds(data / "seeds")
        assert seed.html.startswith(b"Skip to content")
        assert seed.gold == "The wren sings at dawn."

    def test_only_the_sets_that_are_there(self, data: Path) -> None:
        assert [dataset.name for dataset in open_all(data)] == ["wcxb-dev", "daniel-dev", "news-dev"]
        assert open_all(data / "seeds") == []

    def test_a_limit_takes_pages_from_all_over_the_set(self, data: Path) -> None:
        for number in range(3, 11):
            put(data / "wcxb-dev" / "ground-truth" / f"{number:04}.json", "{}")
        wcxb = open_wcxb(data / "wcxb-dev")
        assert wcxb.spread(3).ids == ("0001", "0004", "0007")
        assert wcxb.spread(None).ids == wcxb.spread(99).ids == wcxb.ids

    def test_a_changed_gold_text_changes_the_digest(self, data: Path) -> None:
        news = open_news(data / "news-dev")
        before = news.digest()
        put(data / "news-dev" / "text" / "at.Fink.V1.txt", "Der Fink singt.")
        assert news.digest() != before

    def test_blogs_of_one_platform_are_one_site(self) -> None:
        assert registrable_domain("https://a.github.io/x") == registrable_domain("b.github.io")
        assert registrable_domain("http://[::1]/") == "::1"


class TestMetrics:
    def test_every_occurrence_counts(self) -> None:
        result = score("wren wren wren", "wren finch")
        assert (result.precision, result.recall) == (1 / 3, 1 / 2)
        assert result.f1 == pytest.approx(0.4)

    def test_order_case_and_punctuation_do_not(self) -> None:
        assert score("Dawn, at the WREN!", "the wren at dawn").f1 == 1.0

    def test_an_unspaced_sentence_is_many_words(self) -> None:
        assert words("鳥が歌う。", split_cjk=True) == {"鳥": 1, "が": 1, "歌": 1, "う": 1}
        assert words("제비가 난다", split_cjk=True).total() == 2
        assert score("今天天气好", "今天天气", split_cjk=True).recall == 1.0
        assert score("今天天气好", "今天天气").f1 == 0.0

    def test_snippets_ignore_white_space_and_case(self) -> None:
        assert found(("Wren  Sings", "finch"), "the wren\nsings") == 1

    def test_a_single_page_is_its_own_quantile(self) -> None:
        assert quantile([3.0], 0.5) == quantile([3.0], 0.99) == 3.0
        assert quantile([float(n) for n in range(1, 1001)], 0.99) == 990.0
        assert math.isnan(quantile([], 0.5))


class TestMatching:
    @pytest.mark.parametrize(
        "answer", ["The wren", "THE WREN", "The wren | Birds", "Birds: The wren", "The wren — Birds UK"]
    )
    def test_titles_alike(self, answer: str) -> None:
        assert same_title(answer, "The wren")

    @pytest.mark.parametrize("answer", ["The", "The wren sings", "Birds", "", "The wren | " + "and other birds " * 4])
    def test_titles_apart(self, answer: str) -> None:
        assert not same_title(answer, "The wren")

    def test_authors(self) -> None:
        assert same_author("Lee Okoro; Dana Voss", "By Dana Voss, MPH and Lee Okoro")
        assert not same_author("Dana Voss", "Dana Voss and Lee Okoro")
        assert not same_author("Voss", "Dana Voss")
        assert names("  ") == frozenset()

    def test_dates(self) -> None:
        assert same_date("2024-05-01 10:00", "2024-05-01")
        assert not same_date("2024-05-02", "2024-05-01")

    def test_an_answer_without_gold_costs_precision_only(self) -> None:
        tally = metadata.Tally()
        tally.count("The wren", "The wren", same_title)
        tally.count(None, "The finch", same_title)
        tally.count("Home", None, same_title)
        assert (tally.recall, tally.precision, tally.f1) == (0.5, 0.5, 0.5)


def load_odd() -> Callable[[bytes, str | None, str], str]:
    def odd(page: bytes, url: str | None, language: str) -> str:
        if page == b"raise":
            raise ValueError("no such bird")
        if page == b"hang":
            time.sleep(60)
        if page == b"die":
            os._exit(9)
        return page.decode().upper()

    return odd


class TestRunner:
    def test_one_bad_page_costs_one_page(self) -> None:
        with Runner({"odd": load_odd}, limit=1.0) as runner:
            assert runner.run("odd", b"wren").value == "WREN"
            assert runner.run("odd", b"raise").error == "ValueError: no such bird"
            assert runner.starts == 1
            for page, error in ((b"hang", "over 1 s"), (b"die", "the process died")):
                outcome = runner.run("odd", page)
                assert (outcome.value, outcome.error, outcome.killed) == (None, error, True)
                assert runner.run("odd", b"wren").value == "WREN"
            assert runner.starts == 3

    def test_memory_and_time_are_measured(self) -> None:
        with Runner({"odd": load_odd}) as runner:
            runner.settle()
            memory = runner.memory()
            assert 1_000_000 < memory.now <= memory.peak
            assert 0 < runner.run("odd", b"wren").seconds < 1


class TestCache:
    def test_kept_by_version_page_and_language(self, tmp_path: Path) -> None:
        key = OutputCache.key("tool 1.0", b"page", None, "en")
        cache = OutputCache(tmp_path)
        cache.put(key, "lone \ud800 surrogate", None)
        cache.close()
        again = OutputCache(tmp_path)
        assert again.get(key) == ("lone \ud800 surrogate", None)
        others = [
            ("tool 1.1", b"page", None, "en"),
            ("tool 1.0", b"pages", None, "en"),
            ("tool 1.0", b"page", None, "de"),
        ]
        assert [again.get(OutputCache.key(*other)) for other in others] == [None] * 3
        again.close()
        assert (tmp_path / ".gitignore").read_text() == "*\n"

    def test_own_output_is_never_kept(self) -> None:
        assert not DEHUSK.kept
        assert all(peer.kept for peer in PEERS)


def page_score(tool: str, f1: float, dataset: str = "wcxb-dev") -> quality.PageScore:
    return quality.PageScore(
        dataset=dataset, id="1", page_type="article", language="en", tool=tool,
        precision=f1, recall=f1, f1=f1, have_found=0, have=0, not_leaked=0, not_=0, error=None,
    )  # fmt: skip


def use(tool: str, second: float, restarts: int = 0) -> memory.Use:
    return memory.Use(tool=tool, start=50, first=100, second=second, peak=200, restarts=restarts)


class TestFigures:
    def test_quality_is_fixed_on_wcxb_and_relative_elsewhere(self) -> None:
        scores = [
            page_score("dehusk", 0.9), page_score("dehusk", 0.6), page_score("trafilatura", 0.99),
            page_score("dehusk", 0.80, "news-dev"), page_score("trafilatura", 0.84, "news-dev"),
        ]  # fmt: skip
        wcxb, news = quality.figures(scores)
        assert (wcxb.value, wcxb.ok) == (0.75, False)
        assert news.target == pytest.approx(0.81)
        assert not news.ok

    def test_a_figure_without_its_peer_is_short(self) -> None:
        (news,) = quality.figures([page_score("dehusk", 1.0, "news-dev")])
        assert not news.ok
        assert "-" in figures_table([news])

    def test_speed_is_relative_to_the_machine(self) -> None:
        times = {
            "dehusk": speed.Times(wall=[10.0, 1900.0], cpu=[10.0, 1900.0], ids=["1", "2"]),
            "trafilatura": speed.Times(wall=[60.0, 60.0], cpu=[60.0, 60.0], ids=["1", "2"]),
        }
        ratio, worst = speed.figures(times)
        assert ratio.value == pytest.approx(60 / 955)
        assert (ratio.ok, worst.ok, worst.target) == (False, True, 2000.0)

    def test_growth_after_a_lost_process_is_not_known(self) -> None:
        assert [figure.ok for figure in memory.figures([use("dehusk", 104.9), use("peer", 300)])] == [True]
        assert [figure.ok for figure in memory.figures([use("dehusk", 105.1)])] == [False]
        assert [figure.ok for figure in memory.figures([use("dehusk", 100, restarts=1)])] == [False]

    def test_gold_text_losses_are_counted_and_named(self, data: Path) -> None:
        dataset = open_wcxb(data / "wcxb-dev")

        def bites(text: str, *, content_type: str) -> SimpleNamespace:
            head, _, rest = text.partition(" ")
            drop = SimpleNamespace(field="text", reason="navigation", text=head)
            title = SimpleNamespace(field="title", reason="spam_injection", text="not in the text")
            return SimpleNamespace(text=rest, drops=[drop, title])

        first = goldtext.passage(bites, dataset, dataset.load("0001"))
        assert (first.words, first.lost, first.stable) == (5, 1, False)
        assert first.by_reason == {"navigation": 1}
        assert [(figure.value, figure.ok) for figure in goldtext.figures([first])] == [
            (0.2, False),
            (1.0, False),
        ]

    def test_tables_line_up(self) -> None:
        assert table("Birds", ["", "n"], [["wren", 10], ["owl", None]]) == "Birds\n       n\nwren  10\nowl    -"
        reached = figures_table([Figure("growth", 0.01, 0.05, at_most=True)])
        assert reached.splitlines()[-1].split() == ["growth", "0.010", "≤", "0.050", "ok"]


class TestCommand:
    def test_everything_in_one_run(self, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        report = tmp_path / "report.json"
        assert main([str(data), "--peers", "none", "--jobs", "1", "--json", str(report)]) == 0
        written = json.loads(report.read_text("utf-8"))
        assert set(written["sections"]) == {"seeds", "quality", "gold", "metadata", "speed", "memory"}
        assert len(written["sections"]["quality"]["pages"]) == 5
        assert {figure["name"]: figure["value"] for figure in written["figures"]}["wcxb-dev F1"] > 0
        printed = capsys.readouterr().out
        assert "Figures to reach" in printed
        assert "forum" in printed

    def test_missing_data_are_named(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([str(tmp_path), "--peers", "none", "--only", "speed"]) == 0
        assert "speed: not measured" in capsys.readouterr().out

    @pytest.mark.parametrize(
        "wrong", [["/nowhere"], [".", "--peers", "gopher"], [".", "--limit", "0"], [".", "--only", "luck"]]
    )
    def test_wrong_arguments_are_refused(self, wrong: list[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            main(wrong)
        assert stopped.value.code == 2
