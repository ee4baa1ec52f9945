from collections.abc import Mapping

from wagtail.models import Locale, Page, Site

from courses.catalogue.models import CatalogueIndexPage
from courses.webinars.models import WebinarIndexPage
from lms.pages.models import HomePage

# What the page tree says before an editor says it better, by language.
TITLES: Mapping[str, Mapping[str, str]] = {
    "en": {"courses": "Courses", "webinars": "Webinars"},
    "ar": {"courses": "المقررات", "webinars": "ندوات مباشرة"},
    "zh-hans": {"courses": "课程", "webinars": "网络研讨会"},
    "fr": {"courses": "Cours", "webinars": "Webinaires"},
    "pt": {"courses": "Cursos", "webinars": "Webinars"},
    "es": {"courses": "Cursos", "webinars": "Seminarios web"},
}
HEADLINES: Mapping[str, tuple[str, str]] = {
    "en": (
        "Genomic medicine, taught wherever it is practised.",
        "Courses, cases and live teaching for doctors, nurses, pharmacists, counsellors and laboratory scientists. "
        "Made for a phone on a slow line, and free wherever resources are scarce.",
    ),
    "ar": (
        "الطب الجينومي، يُدرَّس حيثما يُمارَس.",
        "مقررات وحالات ودروس مباشرة للأطباء والممرضين والصيادلة والمرشدين الوراثيين وعلماء المختبر. "
        "صُمِّمت لهاتف على خط بطيء، وهي مجانية حيثما شحّت الموارد.",
    ),
    "zh-hans": (
        "基因组医学，在实践之处传授。",
        "为医生、护士、药师、遗传咨询师和检验人员准备的课程、病例与直播教学。适合慢速网络下的手机，在资源匮乏之处免费。",
    ),
    "fr": (
        "La médecine génomique, enseignée là où elle se pratique.",
        "Des cours, des cas et un enseignement en direct pour médecins, infirmières, pharmaciens, conseillers en génétique "
        "et scientifiques de laboratoire. Pensés pour un téléphone sur une ligne lente, et gratuits là où les moyens manquent.",
    ),
    "pt": (
        "Medicina genómica, ensinada onde é praticada.",
        "Cursos, casos e ensino ao vivo para médicos, enfermeiros, farmacêuticos, conselheiros genéticos e cientistas de "
        "laboratório. Feitos para um telemóvel numa ligação lenta, e gratuitos onde os recursos escasseiam.",
    ),
    "es": (
        "Medicina genómica, enseñada allí donde se practica.",
        "Cursos, casos y enseñanza en directo para médicos, enfermeras, farmacéuticos, asesores genéticos y científicos de "
        "laboratorio. Hechos para un teléfono con conexión lenta, y gratuitos donde faltan recursos.",
    ),
}
# Questions from practice on the home page: course/module/lesson -> question, by language.
_REPORT = "foundations-of-genomic-medicine/sample-to-report/reading-a-report"
_CLOPIDOGREL = "pharmacogenomics-in-practice/genes-and-drugs/cyp2c19-and-clopidogrel"
_SECOND_LOOK = "interpreting-variants-acmg-amp/cases-and-reports/reanalysis-and-sharing"
_ACCESS = "cell-and-gene-therapy/reaching-people/access-in-low-resource-settings"
CLINIC_QUESTIONS: Mapping[str, Mapping[str, str]] = {
    "en": {
        _REPORT: "The report says “uncertain significance”. What do I tell the family?",
        _CLOPIDOGREL: "He needs clopidogrel after a stent. Does his genotype matter?",
        _SECOND_LOOK: "The laboratory has changed its mind about a variant. Who has to know?",
        _ACCESS: "One dose costs more than our hospital spends in a year. What can we still do?",
    },
    "ar": {
        _REPORT: "يقول التقرير «أهمية غير مؤكدة». ماذا أقول للعائلة؟",
        _CLOPIDOGREL: "يحتاج إلى كلوبيدوغريل بعد الدعامة. هل يهم نمطه الجيني؟",
        _SECOND_LOOK: "غيّر المختبر رأيه في متغيّر. من يجب أن يعلم؟",
        _ACCESS: "جرعة واحدة تكلّف أكثر مما ينفقه مستشفانا في سنة. ماذا يمكننا أن نفعل؟",
    },
    "zh-hans": {
        _REPORT: "报告写着“意义不明”。我该如何告诉家属？",
        _CLOPIDOGREL: "他放了支架，需要氯吡格雷。他的基因型重要吗？",
        _SECOND_LOOK: "实验室改变了对一个变异的判断。谁必须知道？",
        _ACCESS: "一剂的费用超过我们医院一年的开支。我们还能做什么？",
    },
    "fr": {
        _REPORT: "Le compte rendu dit « signification incertaine ». Que dire à la famille ?",
        _CLOPIDOGREL: "Il lui faut du clopidogrel après un stent. Son génotype compte-t-il ?",
        _SECOND_LOOK: "Le laboratoire a changé d’avis sur un variant. Qui doit le savoir ?",
        _ACCESS: "Une dose coûte plus que notre hôpital ne dépense en un an. Que pouvons-nous encore faire ?",
    },
    "pt": {
        _REPORT: "O relatório diz «significado incerto». O que digo à família?",
        _CLOPIDOGREL: "Precisa de clopidogrel depois de um stent. O seu genótipo importa?",
        _SECOND_LOOK: "O laboratório mudou de opinião sobre uma variante. Quem tem de saber?",
        _ACCESS: "Uma dose custa mais do que o nosso hospital gasta num ano. O que podemos ainda fazer?",
    },
    "es": {
        _REPORT: "El informe dice «significado incierto». ¿Qué le digo a la familia?",
        _CLOPIDOGREL: "Necesita clopidogrel tras un stent. ¿Importa su genotipo?",
        _SECOND_LOOK: "El laboratorio ha cambiado de opinión sobre una variante. ¿Quién debe saberlo?",
        _ACCESS: "Una dosis cuesta más de lo que gasta nuestro hospital en un año. ¿Qué podemos hacer todavía?",
    },
}
# What the home page's questions lead to is open to everyone, so that nobody meets a closed door there.
OPEN_LESSONS = frozenset(CLINIC_QUESTIONS["en"])


def ensure_home(language: str) -> HomePage:
    """Return the home page of a language; made on first call, in place of Wagtail's welcome page."""
    locale, _created = Locale.objects.get_or_create(language_code=language)
    home = HomePage.objects.filter(locale=locale).first()
    if home:
        return home
    root = Page.get_first_root_node()
    default = Locale.get_default()
    welcome = root.get_children().filter(slug="home", content_type__model="page", numchild=0).first()
    if welcome:
        Site.objects.filter(root_page=welcome).update(root_page=root)
        welcome.delete()
        root = Page.get_first_root_node()
    headline, intro = HEADLINES.get(language, HEADLINES["en"])
    home = HomePage(
        title="Genomed",
        slug="home" if locale == default else f"home-{language}",
        locale=locale,
        headline=headline,
        intro=intro,
    )
    original = None if locale == default else ensure_home(default.language_code)
    if original:
        home.translation_key = original.translation_key
    root.add_child(instance=home)
    home.save_revision().publish()
    if locale == default:
        site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
        site.root_page, site.site_name = home, "Genomed"
        site.save()
    return home


def ensure_catalogue(language: str) -> CatalogueIndexPage:
    """Return the catalogue page of a language; made on first call."""
    return _ensure_child(CatalogueIndexPage, language, slug="courses")


def ensure_webinar_index(language: str) -> WebinarIndexPage:
    """Return the page that lists a language's webinars; made on first call."""
    return _ensure_child(WebinarIndexPage, language, slug="webinars")


def _ensure_child(page_class, language: str, *, slug: str):
    home = ensure_home(language)
    page = page_class.objects.child_of(home).first()
    if page:
        return page
    default = Locale.get_default()
    page = page_class(title=TITLES.get(language, TITLES["en"])[slug], slug=slug, locale=home.locale, show_in_menus=True)
    if home.locale != default:
        page.translation_key = _ensure_child(page_class, default.language_code, slug=slug).translation_key
        home.refresh_from_db()
    home.add_child(instance=page)
    page.save_revision().publish()
    return page
