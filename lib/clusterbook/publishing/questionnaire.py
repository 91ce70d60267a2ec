"""The questionnaire as a page to print, made from its items and its scale, in two languages."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path

from clusterbook.evidence.instrument import Instrument

HERE = Path(__file__).parent

WORDS = {
    "en": {
        "title": "Working in a creative park",
        "intro": (
            "This survey asks how you find the park in which you work. It takes about three "
            "minutes. There are no right or wrong answers. Please do not write your name."
        ),
        "how": "Please tick one box in each line: how far do you agree?",
        "statement": "Statement",
        "park": "Park",
        "code": "Code (filled in by us)",
        "thanks": "Thank you.",
        "leave": "If a statement does not apply to you, leave its line empty.",
    },
    "zh": {
        "title": "在创意园区工作",
        "intro": (
            "本问卷想了解您对所在园区的看法，大约需要三分钟。答案没有对错之分，请不要填写姓名。"
        ),
        "how": "请在每一行选择一个方格：您在多大程度上同意以下说法？",
        "statement": "说法",
        "park": "园区",
        "code": "编号（由我们填写）",
        "thanks": "谢谢您的参与。",
        "leave": "如果某个说法不适用于您，请不填该行。",
    },
}
"""What the form says besides its items: this project's own wording, as theirs is."""

STYLE = """
@page { size: A4; margin: 14mm 14mm 16mm; }
@font-face { font-family: Inter; font-weight: 100 900; src: url(FONT) format("woff2"); }
* { box-sizing: border-box; }
body { font-family: Inter, 'Helvetica Neue', Arial, sans-serif; color: #1B2433; background: #fff;
  max-width: 46rem; margin: 0 auto; padding: 1.2rem; font-size: 11pt; line-height: 1.45; }
:lang(zh) { font-family: 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei',
  sans-serif; }
section { break-after: page; }
section:last-of-type { break-after: auto; }
h1 { font-size: 19pt; margin: 0 0 .4rem; }
.fields { display: flex; gap: 2rem; margin: 1rem 0; }
.fields span { flex: 1; border-bottom: 1px solid #5A6472; padding-bottom: .2rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding-bottom: .5rem; }
th, td { border-bottom: 1px solid #D4DAE2; padding: .42rem .3rem; vertical-align: middle; }
thead th { font-weight: 600; font-size: 8.5pt; line-height: 1.2; vertical-align: bottom;
  border-bottom: 1.5px solid #1B2433; }
tbody th { text-align: left; font-weight: 400; }
tr { break-inside: avoid; }
td, thead th + th + th { text-align: center; width: 3.9rem; }
td.no, th.no { width: 1.6rem; color: #5A6472; text-align: right; }
thead th:nth-child(2) { text-align: left; }
.box { display: inline-block; width: 1rem; height: 1rem; border: 1.5px solid #1B2433;
  border-radius: 2px; }
.small { color: #5A6472; font-size: 8.5pt; }
.small p { margin: .2rem 0; }
@media print { body { padding: 0; max-width: none; font-size: 10.5pt; } th, td { padding: .3rem; } }
"""


def questionnaire_page(instrument: Instrument) -> str:
    """Return the form in English and in Chinese, a sheet each, as one self-contained page."""
    forms = "".join(_form(instrument, language) for language in WORDS if _has(instrument, language))
    font = base64.b64encode((HERE / "static" / "fonts" / "inter-latin.woff2").read_bytes()).decode()
    style = STYLE.replace("FONT", f"data:font/woff2;base64,{font}")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"><title>Questionnaire on creative space</title>'
        f"<style>{style}</style></head><body>{forms}</body></html>\n"
    )


def _has(instrument: Instrument, language: str) -> bool:
    return language == "en" or f"text_{language}" in instrument.items


def _form(instrument: Instrument, language: str) -> str:
    words = {name: escape(text) for name, text in WORDS[language].items()}
    scale = instrument.scale
    label = f"label_{language}"
    values = [
        (str(row["value"]), str(row[label] if label in scale else row["value"]))
        for row in scale.to_dict("records")
    ]
    heads = "".join(
        f'<th scope="col">{escape(value)}<br>{escape(said)}</th>' for value, said in values
    )
    text = f"text_{language}"
    lines = []
    for place, item in enumerate(instrument.items.to_dict("records"), start=1):
        said = str(item.get(text) or item["item"])
        boxes = '<td><span class="box"></span></td>' * len(values)
        lines.append(
            f'<tr><td class="no">{place}</td><th scope="row">{escape(said)}</th>{boxes}</tr>'
        )
    names = ", ".join(f"{i} {name}" for i, name in enumerate(instrument.names, start=1))
    return (
        f'<section lang="{"zh-Hans" if language == "zh" else language}"><h1>{words["title"]}</h1>'
        f"<p>{words['intro']}</p>"
        f'<div class="fields"><span>{words["park"]}</span><span>{words["code"]}</span></div>'
        f'<table><caption>{words["how"]}</caption><thead><tr><th class="no"></th>'
        f'<th scope="col">{words["statement"]}</th>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
        f"<p>{words['leave']} {words['thanks']}</p>"
        '<div class="small" lang="en"><p>For typing in, the columns of survey.csv: '
        f"{escape(names)}.</p></div></section>"
    )
