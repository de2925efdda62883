"""The spam rule: what has to stay, then what has to go."""

from __future__ import annotations

import time
import tomllib
from importlib.resources import files

import pytest

from cleaners import clean
from cleaners.profile import Profile
from tests.spam_helpers import cleaned, html_page, marks, text_page
from tests.spam_texts import TEXTS

EN = TEXTS["en"][1]

# One sentence or two that somebody may honestly write, with the language of the page around it.
KEEPS = [
    ("en", "The class getLuckyCasinoSlotValue calls set_best_slot before parseBet88Value returns."),
    ("en", "She bought an iPhone15 and an RTX4090 best known for its noise, then flew on an A380 top deck."),
    ("en", "During Covid19 online teaching grew; the mp3player best of its year was forgotten in a drawer."),
    ("en", "Flight LH1888 left late, and TK88 bestowed a voucher on each of its passengers."),
    ("en", "Use base64encoded strings and sha256sum online tools only for checks, never utf8casinos as a name."),
    ("en", "Follow #luckyday88 best moments, or write to @king77 online, said the organiser of the fair."),
    ("en", "See https://example.org/lucky88/best-of-the-year for the full list of winning photographs."),
    ("en", "The commit 9fb88c2dd77a1e best explains why the release of the week was late."),
    ("en", "The slot machine museum opened in a former casino, where a poker table from 1911 can be seen."),
    ("en", "Police said the illegal online casino was run from a garage; nineteen suspects were charged."),
    ("en", "Doctors warn that buying viagra online without prescription can be dangerous for patients with nitrates."),
    ("en", "Payday lenders charge too much, the court said, and no credit check loans should be banned by law."),
    ("en", "Students who buy essays from an essay writing service were expelled, the university said."),
    ("en", "A security researcher found the words buy cheap viagra hidden on the hacked page of a school."),
    ("en", "Counterfeit statistics for 2023: customs officials seized 4,000 replica watches, a report says."),
    ("en", "The compound 2,4-dichlorophenoxyacetic acid and dimethylaminoethanol88 were kept in the same room."),
    ("en", "The sequence GATTACAGATTACAGATTACA88 was found in every sample that the students took."),
    ("en", "I would bet on the oak, she said, and it is a gamble worth taking; the jackpot is shade in ten years."),
    ("en", "Set the password to Winter88best for this lesson and change it to another one afterwards."),
    ("en", "The topmost shelf, the bestseller list and the vipers in the onlineshop88 ledger were all in order."),
    ("de", "Die Donaudampfschifffahrtsgesellschaft und das Rindfleischetikettierungsüberwachungsgesetz88 bestanden fort."),
    ("de", "Das Spielcasinobesucherverzeichnis der Stadt lag im Archiv neben dem Weltpokerverbandsregister."),
    ("de", "Die Sportwettensteuer bringt dem Land vier Millionen, sagte die Ministerin; Spielbanken zahlen mehr."),
    ("de", "Der Bus X88 bestand die Prüfung, und der Zug ICE77 topfit nach Umbau fährt wieder nach Berlin."),
    ("fi", "Lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilas88 best oli sanan pituus kilpailussa."),
    ("fr", "Avant la guerre, le casino municipal servait de salle de bal ; on y jouait à la roulette le dimanche."),
    ("fr", "La loi sur les jeux d’argent en ligne a été votée, selon le gouvernement, malgré les casinotiers."),
    ("es", "La policía detuvo a tres personas por un casino online ilegal que captaba a menores, según el juez."),
    ("es", "Hoy no se admiten apuestas, solo de meriendas, y la farmacia del pueblo guarda la caja."),
    ("pt", "A polícia fechou uma casa de apostas ilegal no centro; o tribunal ouviu oito pessoas, disse o juiz."),
    ("it", "Il vecchio casinò è diventato una biblioteca; la roulette è rimasta come tavolo per i giornali."),
    ("ru", "Полиция закрыла подпольное онлайн казино в подвале школы, сообщил прокурор; задержаны трое."),
    ("ru", "В старом здании казино теперь библиотека, а за столом для рулетки читают газеты."),
    ("uk", "Поліція закрила незаконне казино у підвалі, а суд оштрафував власника будинку."),
    ("tr", "Polis yasa dışı bahis sitesi operasyonunda on kişiyi gözaltına aldı, mahkeme ikisini tutukladı."),
    ("vi", "Công an triệt phá đường dây cá cược bóng đá trực tuyến, bắt giữ mười hai bị cáo tại bốn tỉnh."),
    ("vi", "Xe SH150i và máy bay A321neo của hãng về tới sân bay lúc 8h30 sáng, trễ hơn 15phút so với lịch."),
    ("id", "Polisi menangkap pelaku judi online di tiga kota, kata kepala polisi; korban kehilangan rumah."),
    ("pl", "Policja zamknęła nielegalne kasyno w piwnicy; sąd ukarał właściciela grzywną zgodnie z ustawą."),
    ("ko", "경찰은 불법 온라인 카지노를 운영한 혐의로 세 명을 구속했다고 밝혔다."),
    ("ja", "警察は違法なオンラインカジノを摘発し、三人を逮捕した。店には古いルーレットの台が残っていた。"),
    ("zh", "警方捣毁一个非法网上赌场，抓获涉案嫌疑人十二名，法院将于下月开庭。"),
    ("th", "ตำรวจบุกค้นและจับกุมผู้ต้องหาคดีพนันออนไลน์สามคน ศาลนัดสืบพยานเดือนหน้า"),
    ("ar", "قالت الشرطة إن المتهمين أداروا كازينو اون لاين غير قانوني، وستنظر المحكمة في القضية الشهر القادم."),
    ("el", "Το παλιό καζίνο έγινε βιβλιοθήκη, και στο τραπέζι της ρουλέτας διαβάζουν τώρα εφημερίδες."),
    ("hi", "पुलिस ने ऑनलाइन सट्टा चलाने वाले तीन आरोपी गिरफ्तार किए और अदालत में पेश किए।"),
    ("he", "הקזינו הישן הפך לספרייה, ועל שולחן הרולטה קוראים היום עיתונים בשקט גמור."),
    ("lo", "ຫໍສະໝຸດຂອງບ້ານເປີດອີກຄັ້ງໃນວັນເສົາ ແລະ ເດັກນ້ອຍມາອ່ານປຶ້ມກັນແຕ່ເຊົ້າ"),
    ("km", "បណ្ណាល័យភូមិបានបើកឡើងវិញនៅថ្ងៃសៅរ៍ ហើយក្មេងៗមកអានសៀវភៅតាំងពីព្រឹក"),
]


@pytest.mark.parametrize(("language", "sentence"), KEEPS)
def test_honest_text_stays(language: str, sentence: str) -> None:
    page = text_page(TEXTS.get(language, TEXTS["en"])[1] + "\n" + sentence + "\n")
    page.language = language
    assert [mark for mark in marks(page) if mark.action == "drop"] == []


def test_a_code_block_is_never_cut() -> None:
    code = (
        "fake = 'Thelighthouseopensitsdoorslucky88 besto'\nbuy_viagra_online = 'online casino free spins no deposit bonus'"
    )
    assert marks(html_page(f"<p>{EN}</p><pre>{code}</pre>")) == []


BETTING = """Online casino bonuses compared: what the free spins are worth

We compare the welcome bonus of nine online casinos. A no deposit bonus sounds generous, yet most free spins expire.

Our favourite slots are old ones. Roulette and live blackjack cost the least per hour.

Set a limit before you play. Gambling can be addictive; close the account when it stops being fun."""


def test_a_page_about_betting_is_left_whole_and_scored() -> None:
    page = text_page(BETTING)
    assert [mark for mark in marks(page) if mark.action == "drop"] == []
    assert page.facts["spam_score"] > 0.3


def test_a_page_on_the_history_of_a_pill_is_left_whole() -> None:
    page = text_page(
        "How Viagra was found by accident\n\nSildenafil was meant for the heart. In the trial of 1992 patients "
        "kept the tablets.\n\n"
        "Today generic viagra is cheap, and those who buy viagra online often get chalk, a museum guide told us.\n\n"
        "Cialis came later, and so did Levitra. None of them was planned."
    )
    assert [mark for mark in marks(page) if mark.action == "drop"] == []


SPAM_LINES = [
    ("en", "Play at the best online casino: free spins, no deposit bonus and instant withdrawal!"),
    ("en", "buy cialis online without prescription | cheap viagra canada pharmacy | order viagra overnight"),
    ("en", "write my essay for me cheap - essay writing service - do my homework"),
    ("en", "payday loans online same day loans for bad credit guaranteed approval no credit check"),
    ("en", "replica watches cheap jordans wholesale jerseys louis vuitton outlet"),
    ("vi", "nhà cái uy tín - cá cược bóng đá trực tuyến - nổ hũ đổi thưởng - tài xỉu online"),
    ("id", "situs slot gacor hari ini maxwin, daftar judi bola resmi terpercaya deposit pulsa tanpa potongan"),
    ("th", "สล็อตเว็บตรง ฝากถอนไม่มีขั้นต่ำ แจกเครดิตฟรี บาคาร่าออนไลน์"),
    ("zh", "真人娱乐城首存翻倍，百家乐注册送彩金，立即开户"),
    ("ja", "ブランドコピー 激安 通販 スーパーコピー 時計 代引き"),
    ("ko", "온라인카지노 바카라사이트 먹튀검증 토토사이트 추천 꽁머니"),
    ("ru", "онлайн казино бездепозитный бонус фриспины, ставки на спорт онлайн рабочее зеркало"),
    ("tr", "deneme bonusu veren siteler, güvenilir bahis, canlı casino, kaçak bahis siteleri güncel giriş"),
    ("ar", "كازينو اون لاين مكافأة بدون ايداع أفضل مواقع المراهنات"),
    ("pt", "cassino online com rodadas grátis e bônus sem depósito, melhores cassinos, fortune tiger"),
    ("es", "casino online con bono de bienvenida y tiradas gratis, tragaperras gratis, comprar viagra sin receta"),
    ("de", "Online Casino ohne Limit: Freispiele ohne Einzahlung, Sportwetten ohne Lugas, Kamagra rezeptfrei kaufen"),
    ("fr", "meilleur casino en ligne, bonus sans dépôt, tours gratuits, acheter viagra sans ordonnance"),
    ("it", "migliori casinò online non aams, giri gratis, bonus senza deposito, comprare cialis senza ricetta"),
    ("pl", "kasyno online darmowe spiny bonus bez depozytu najlepsze kasyna"),
]


@pytest.mark.parametrize(("language", "line"), SPAM_LINES)
def test_keyword_lines_go_and_nothing_else(language: str, line: str) -> None:
    text = TEXTS.get(language, TEXTS["en"])[1]
    first, rest = text.split("\n", 1)
    page = text_page(f"{first}\n{line}\n{rest}")
    page.language = language
    assert cleaned(page).split() == text.split()


@pytest.mark.parametrize("language", ["en", "de", "vi", "ru"])
def test_a_footer_of_links_goes(language: str) -> None:
    anchors = [
        "best online casino",
        "buy cialis online",
        "slot gacor",
        "онлайн казино",
        "nhà cái uy tín",
        "kamagra rezeptfrei",
    ]
    links = "".join(f'<li><a href="https://{i}.example/">{anchor}</a></li>' for i, anchor in enumerate(anchors))
    headline, text, _ = TEXTS[language]
    page = html_page(f"<body><h1>{headline}</h1><p>{text}</p><footer><ul>{links}</ul></footer></body>")
    page.language = language
    assert cleaned(page).split() == f"{headline} {text}".split()


def test_a_doorway_paragraph_between_honest_ones_goes() -> None:
    doorway = (
        "Looking for crypto casinos? Claim 100 free spins, play slots and withdraw your winnings at casino sites today."
    )
    page = html_page(f"<article><h1>Moss</h1><p>{EN}</p><p>{doorway}</p><p>Moss grows on.</p></article>")
    assert "free spins" not in cleaned(page)
    assert "Moss grows on." in cleaned(page)


TITLES = [
    ("fb88 - {}", "{}"),
    ("zorwin88 | {}", "{}"),
    ("{} | casino bonus", "{}"),
    ("{} – Slot Gacor Maxwin", "{}"),
    ("【乐鱼体育官网】{}", "{}"),
    ("Comprar Viagra Sin Receta | {}", "{}"),
    ("{} - Live Tips - {}", "{} - Live Tips - {}"),
    ("A380 - {}", "A380 - {}"),
    ("Studio54 | {}", "Studio54 | {}"),
    ("{} | Casino Theatre", "{} | Casino Theatre"),
]


@pytest.mark.parametrize(("spammed", "honest"), TITLES)
def test_title_ends(spammed: str, honest: str) -> None:
    headline = TEXTS["en"][0]
    title = spammed.replace("{}", headline)
    assert cleaned(text_page(EN, title=title), "title") == honest.replace("{}", headline)
    page = html_page(f"<h1>{title}</h1><p>{EN}</p>")
    assert cleaned(page).split("\n")[0].strip() == honest.replace("{}", headline)


def test_a_description_loses_its_spam_sentences_only() -> None:
    page = text_page(EN, description="A lighthouse opens again. Online casino with free spins and no deposit bonus.")
    assert cleaned(page, "description").strip() == "A lighthouse opens again."


LINE = SPAM_LINES[0][1]
PAGE = f"{EN}\n{LINE}\n"


def actions(page_text: str, profile: Profile, url: str = "") -> list[str]:
    return [mark.action for mark in marks(text_page(page_text, profile, url))]


def test_the_profile_decides() -> None:
    assert actions(PAGE, Profile()) == ["drop"]
    assert actions(PAGE, Profile(spam="flag_only")) == ["flag"]
    assert actions(PAGE, Profile(spam="off")) == []
    doubtful = f"{EN}\nThe harbour has a kiosk, boats for hire, and now an online casino next to the old salt store.\n"
    assert "drop" not in actions(doubtful, Profile())
    assert actions(f"{EN}\nOur new partner is an online casino and more\n", Profile(spam="strict")) == ["drop"]
    assert actions(f"{EN}\nOur new partner is an online casino and more\n", Profile()) == ["flag"]


def test_an_allowed_host_is_only_flagged() -> None:
    profile = Profile(allow_hosts=frozenset({"bets.example"}))
    assert actions(PAGE, profile, "https://www.bets.example/x") == ["flag"]
    assert actions(PAGE, profile, "https://otherbets.example/x") == ["drop"]


def test_an_operators_own_terms_and_exceptions() -> None:
    line = f"{EN}\nglowing moon crystals, glowing moon crystals\n"
    assert actions(line, Profile()) == []
    assert actions(line, Profile(spam_terms=("glowing moon crystals",))) == ["drop"]
    sold = f"{EN}\nonline casino with free spins\n"
    assert actions(sold, Profile()) == ["drop"]
    assert actions(sold, Profile(spam_allow=frozenset({"online casino*", "casino*", "free spins", "spins"}))) == []


def test_every_stem_in_the_data_is_long_enough_to_mean_something() -> None:
    folder = files("cleaners.data").joinpath("words")
    for entry in folder.iterdir():
        for line in entry.read_text(encoding="utf-8").splitlines() if entry.name.endswith(".toml") else ():
            assert '"*' not in line, entry.name
        if entry.name.endswith(".toml"):
            tomllib.loads(entry.read_text(encoding="utf-8"))
    assert sum(len(entry.read_bytes()) for entry in folder.iterdir() if entry.name.endswith(".toml")) < 300_000


def test_the_engine_closes_the_wound() -> None:
    headline, text, at = TEXTS["vi"]
    spam = headline.replace(" ", "")[2:28] + "zorvex88 best"
    result = clean(text[:at] + spam + text[at:])
    assert result.text.split() == text.split()
    assert [drop.text for drop in result.drops if drop.reason == "spam_injection"] == [spam]


def test_a_clean_page_costs_next_to_nothing() -> None:
    page = text_page("\n".join(f"{EN} Paragraph {number}." for number in range(30)))
    assert marks(page) == []
    best = min(_seconds(page) for _ in range(7))
    assert best < 0.003, "the quick look has become slow"


def _seconds(page: object) -> float:
    started = time.perf_counter()
    marks(page)  # type: ignore[arg-type]
    return time.perf_counter() - started
