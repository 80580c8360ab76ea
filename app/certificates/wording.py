"""What a new design says until its institution writes otherwise, in each language."""

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Certificate of Completion",
        "lead": "This is to certify that",
        "body": (
            "has successfully completed the course\n{course}\n"
            "held from {from} to {to}\n"
            "{hours} hours of teaching, {ects} ECTS credits"
        ),
    },
    "zh_Hans_CN": {
        "title": "结业证书",
        "lead": "兹证明",
        "body": (
            "已圆满完成以下课程\n{course}\n"
            "培训时间：{from}至{to}\n"
            "共 {hours} 学时，{ects} ECTS 学分"
        ),
    },
    "sr_Cyrl": {
        "title": "Увјерење о завршеној обуци",
        "lead": "Овим се потврђује да је",
        "body": (
            "са успјехом завршио/ла обуку\n{course}\n"
            "одржану од {from} до {to}\n"
            "у трајању од {hours} часова, {ects} ЕСПБ бодова"
        ),
    },
    "sr_Latn": {
        "title": "Uvjerenje o završenoj obuci",
        "lead": "Ovim se potvrđuje da je",
        "body": (
            "sa uspjehom završio/la obuku\n{course}\n"
            "održanu od {from} do {to}\n"
            "u trajanju od {hours} časova, {ects} ESPB bodova"
        ),
    },
    "bs": {
        "title": "Uvjerenje o završenoj obuci",
        "lead": "Ovim se potvrđuje da je",
        "body": (
            "s uspjehom završio/la obuku\n{course}\n"
            "održanu od {from} do {to}\n"
            "u trajanju od {hours} sati, {ects} ECTS bodova"
        ),
    },
}

TEST_NAMES = {
    "latin": "Đorđe Šćepanović Žižek",
    "cyrillic": "Ђорђе Шћепановић Љубојевић",
    "han": "王小明",
}
"""The names of a preview: letters that a face without them would betray."""

LONG_NAMES = {
    "latin": "Maria-Magdalena Konstantina Aleksandra Hadžiselimović-Petrović",
    "cyrillic": "Марија-Магдалена Константина Александра Хаџиселимовић-Петровић",
    "han": "买买提·阿卜杜拉·艾合买提江",
}
