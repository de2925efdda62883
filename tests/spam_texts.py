"""Short honest texts, each with a headline, for spam to be put into."""

from __future__ import annotations

# language -> (headline, text, offset inside a word of its first sentence)
TEXTS: dict[str, tuple[str, str, int]] = {
    "en": (
        "Old lighthouse opens its doors to visitors again",
        "According to the keeper, the lighthouse has never been so full. Visitors climb the stairs in "
        "small groups, and according to the visitors themselves the view is worth every one of the steps.\n"
        "The harbour office counts the boats below. On clear days the keepers can see the other island "
        "and its white houses.",
        5,
    ),
    "vi": (
        "Chợ nổi họp lại sau ba tháng nước cạn",
        "Theo các tiểu thương, chợ nổi đã họp lại từ sáng sớm. Nhiều ghe chở dưa và khóm từ miệt vườn ra, "
        "theo con nước lớn mà về bến.\n"
        "Người dân nói năm nay khách ít hơn, nhưng ghe hàng vẫn đông. Nhiều người theo nghề này đã ba "
        "mươi năm.",
        3,
    ),
    "id": (
        "Warga desa menanam kembali bakau di pesisir utara",
        "Menurut kepala desa, bakau muda ditanam sejak awal tahun. Warga datang setiap hari minggu "
        "membawa bibit, dan menurut para nelayan ikan sudah mulai kembali.\n"
        "Anak sekolah ikut menanam di lumpur. Mereka pulang dengan kaki kotor dan wajah senang.",
        4,
    ),
    "tr": (
        "Köyün eski değirmeni yeniden un öğütmeye başladı",
        "Değirmenci bugün ilk çuvalı doldurdu ve kapıda bekleyen herkese dağıttı. Köyde eski değirmen "
        "yıllardır susuyordu; suyu kesilen değirmenci şehre gitmişti.\n"
        "Şimdi dere yeniden akıyor. Çocuklar taşların nasıl döndüğünü görmek için bekliyor.",
        4,
    ),
    "ru": (
        "Старая библиотека вернулась в своё здание у реки",
        "Библиотека открылась вчера утром, и первые читатели пришли ещё до звонка. Книги вернулись на "
        "свои места, а старая библиотека снова пахнет деревом.\n"
        "Здание у реки чинили три года. Читатели помогали носить коробки.",
        6,
    ),
    "es": (
        "Los vecinos recuperan el molino abandonado del valle",
        "Después de cuatro años de obras, el molino vuelve a moler trigo. Los vecinos trabajaron los "
        "domingos, y después de cada jornada comían juntos junto al río.\n"
        "El valle no tenía pan propio desde hacía medio siglo. Ahora hay cola los sábados.",
        4,
    ),
    "pt": (
        "Pescadores constroem barco com madeira do antigo cais",
        "Segundo os pescadores, o barco ficou pronto antes da festa. A madeira veio do antigo cais, e "
        "segundo o mestre não houve um prego novo na obra.\n"
        "O barco leva oito pessoas. As crianças da vila escolheram o nome numa manhã de chuva.",
        3,
    ),
    "de": (
        "Dorfladen öffnet nach zwei Jahren wieder seine Türen",
        "Nachdem die letzte Kasse verkauft war, glaubte niemand mehr daran. Doch der Dorfladen öffnete "
        "wieder, nachdem vierzig Familien Anteile gezeichnet hatten.\n"
        "Verkauft wird, was die Höfe bringen. Die Kasse bedienen Freiwillige, jeder zwei Stunden.",
        4,
    ),
    "fr": (
        "La vieille horloge de la mairie sonne de nouveau",
        "Depuis lundi, la vieille horloge sonne de nouveau toutes les heures. Les habitants avaient "
        "oublié ce bruit, car depuis vingt ans le mécanisme dormait sous la poussière.\n"
        "Un horloger est venu chaque mardi. Il a refait les dents une par une.",
        3,
    ),
    "it": (
        "Il forno del paese torna ad accendersi ogni sabato",
        "Quando il forno si accende, tutto il paese lo sente. Le famiglie portano il pane crudo al "
        "mattino, e quando suona mezzogiorno tornano a prenderlo.\n"
        "Il forno è rimasto spento per trent'anni. Lo hanno riparato due fratelli, muratori in pensione.",
        3,
    ),
    "pl": (
        "Mieszkańcy odbudowali drewniany most nad rzeką",
        "Mieszkańcy pracowali przy moście całe lato i jesień. Dziś drewniany most znowu łączy oba brzegi, "
        "a mieszkańcy chodzą nim do sklepu.\n"
        "Drewno przywieziono z gór. Dzieci malowały poręcze na zielono, każdy po metrze.",
        5,
    ),
    "ko": (
        "마을 도서관이 오래된 창고에서 다시 문을 열었다",
        "도서관은 지난 토요일에 다시 문을 열었다. 오래된 창고에 책을 옮기는 데 석 달이 걸렸고 도서관은 이제 주말에도 "
        "열린다.\n"
        "마을 사람들은 의자를 하나씩 가져왔다. 아이들은 창가 자리를 가장 좋아한다.",
        2,
    ),
    "el": (
        "Το παλιό καφενείο άνοιξε ξανά στην πλατεία",
        "Σύμφωνα με τους κατοίκους, το καφενείο ήταν κλειστό δέκα χρόνια. Τώρα οι καρέκλες γέμισαν ξανά "
        "την πλατεία, και σύμφωνα με τον ιδιοκτήτη ο καφές κοστίζει όσο παλιά.\n"
        "Οι κάτοικοι έφεραν φωτογραφίες για τους τοίχους.",
        4,
    ),
    "uk": (
        "Старий вітряк знову меле борошно для всього села",
        "Вітряк запустили вчора, коли нарешті подув сильний вітер. Усе село прийшло подивитися, як старий "
        "вітряк меле перший мішок борошна.\n"
        "Мельник навчив двох хлопців. Тепер вони чергують по черзі, щоб вітряк не стояв.",
        3,
    ),
    "ar": (
        "مكتبة القرية تفتح أبوابها من جديد بعد عام",
        "المكتبة فتحت أبوابها صباح السبت بعد عام كامل من العمل. جاء الأطفال قبل الموعد، وكانت المكتبة "
        "مليئة بالكتب الجديدة.\n"
        "رتب أهل القرية الرفوف بأنفسهم، وجلسوا يقرأون حتى المساء.",
        4,
    ),
}
