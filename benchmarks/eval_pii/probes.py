"""Small table of hard places, all invented: what glues, hides and deceives. A span is marked by ⟦kind|…⟧."""

from __future__ import annotations

import re

from benchmarks.eval_pii.gold import GoldSet, Sample, Span

PROBES = (
    "请拨打电话⟦mobile|13812345678⟧联系值班人员",
    "身份证号⟦resident_id|11010519491231002X⟧已核验",
    "证件⟦resident_id|330200900101000⟧（旧身份证号）",
    "座机⟦landline|0574-87654321⟧转总机",
    "传真⟦landline|(0574)87654321⟧",
    "车辆⟦plate|浙B12345⟧已出厂",
    "新能源车⟦plate|浙BD12345⟧充电",
    "统一社会信用代码⟦uscc|91330200000000000E⟧的企业",
    "住院号：⟦medical_record_number|00123456⟧，3床",
    "病案号⟦medical_record_number|ZY2024000815⟧",
    "患者⟦person_name|欧阳晓岚⟧，女，35岁",
    "由⟦person_name|买买提·艾力⟧签字",
    "主治医师：⟦person_name|闻人杰⟧",
    "家住⟦address|浙江省宁波市海曙区望春路88号3幢502室⟧",
    "手机⟦mobile|１３８１２３４５６７８⟧（全角）",
    "电话⟦mobile|138-1234-5678⟧",
    "电话⟦mobile|138 1234 5678⟧",
    "号码⟦mobile|一三八一二三四五六七八⟧",
    "加微信⟦wechat|lyq_8872⟧聊",
    "QQ号：⟦qq|88234571⟧",
    "邮箱⟦email|wang.fei@example.com⟧请查收",
    "邮件发到⟦email|ops@example.com.cn⟧后回复",
    "银行卡号⟦bank_card|6222000000000000004⟧",
    "护照号码⟦passport|E12345678⟧",
    "出生日期：⟦date_of_birth|1962年3月7日⟧",
    "服务器⟦ipv4|192.168.3.17⟧重启",
    "网卡⟦mac|00:1A:2B:3C:4D:5E⟧",
    "操作员⟦person_name|诸葛文远⟧换刀后试切",
    "工号：⟦employee_number|A10382⟧",
    "合同号：⟦contract_number|HT-2024-0187⟧",
    "车架号⟦vin|1M8GDM9AXKP042788⟧",
    "案号：⟦case_number|（2024）浙0203民初123号⟧",
    "联系人⟦person_name|老周⟧⟦mobile|13900001111⟧",
    "今年⟦age|93岁⟧高龄",
    "批号13912345678A合格",
    "固件版本V2.13.8.1发布",
    "热线400-820-8820全天开通",
    "国药准字H20200001片剂",
    "依据GB/T 19001-2016第8章",
    "条码6900000000014入库",
    "图号A12-138-02，Φ25±0.02",
    "集装箱CSQU3054383已到港",
    "身份证号330200199001010000（校验位错）",
    "张力为3.5 kN，王水腐蚀后清洗",
    "DOI 10.1000/182 与 ISBN 978-7-111-12345-0",
)
_MARK = re.compile(r"⟦(\w+)\|(.*?)⟧")


def parse(marked: str) -> Sample:
    """`a⟦kind|b⟧c` → text `abc` with the span of b."""
    text, spans, last = "", list[Span](), 0
    for match in _MARK.finditer(marked):
        text += marked[last : match.start()]
        spans.append((len(text), len(text) + len(match[2]), match[1]))
        text, last = text + match[2], match.end()
    return Sample(text + marked[last:], tuple(spans))


def make() -> GoldSet:
    samples = [parse(marked) for marked in PROBES]
    kinds = tuple(sorted({kind for sample in samples for _, _, kind in sample.spans}))
    return GoldSet("probes", samples, kinds, "written for this table, never tuned on")
