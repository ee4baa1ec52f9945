"""What the columns of attendance lists are called, in the languages that providers write them in."""

from enum import StrEnum


class Column(StrEnum):
    NAME = "name"
    EMAIL = "email"
    JOINED = "joined"
    LEFT = "left"


# The heads of columns in lower case. Where a file says otherwise, whoever imports it says which column is which.
HEADS: dict[Column, frozenset[str]] = {
    Column.NAME: frozenset(
        {
            "name (original name)",
            "name",
            "full name",
            "user name",
            "user",
            "participant",
            "name (ursprünglicher name)",
            "vollständiger name",
            "nombre (nombre original)",
            "nombre",
            "nombre completo",
            "nom (nom d'origine)",
            "nom (nom original)",
            "nom",
            "nom complet",
            "nome (nome original)",
            "nome",
            "nome completo",
            "الاسم",
            "姓名",
            "名称（原始名称）",
        }
    ),
    Column.EMAIL: frozenset(
        {
            "user email",
            "email",
            "e-mail",
            "email address",
            "e-mail-adresse",
            "correo electrónico",
            "e-mail del usuario",
            "adresse e-mail",
            "adresse e-mail de l'utilisateur",
            "courriel",
            "e-mail do usuário",
            "البريد الإلكتروني",
            "电子邮件",
            "用户电子邮件",
        }
    ),
    Column.JOINED: frozenset(
        {
            "join time",
            "joined",
            "join",
            "first join",
            "joined at",
            "beitrittszeit",
            "beitrittszeitpunkt",
            "hora de entrada",
            "hora para unirse",
            "heure d'arrivée",
            "heure d’arrivée",
            "entrada",
            "hora de ingresso",
            "加入时间",
        }
    ),
    Column.LEFT: frozenset(
        {
            "leave time",
            "left",
            "leave",
            "last leave",
            "left at",
            "austrittszeit",
            "verlassen um",
            "hora de salida",
            "hora para salir",
            "heure de départ",
            "hora de saída",
            "saída",
            "离开时间",
        }
    ),
}
