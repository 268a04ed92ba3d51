"""`strip_boilerplate`: page furniture goes, anything a clinician or a technician wrote stays, AI marks are seen."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from corpora import text_buffers
from curation.clean import boilerplate_lines
from curation.clean.strip_boilerplate import StripBoilerplate
from quality import triggers
from quality.triggers import Trigger
from tests.curation.cleaning import clean, hold, run

GONE = [
    "上一篇：高血压的日常管理",
    "下一篇: 没有了",
    "版权所有 某某医院",
    "© 2024 某某公司 版权所有",
    "Copyright © 2019-2024 Example Inc. All Rights Reserved.",
    "某某医院 版权所有，侵权必究",
    "浙ICP备12345678号-1",
    "浙公网安备 33020000000000号",
    "转载请注明出处",
    "未经授权，禁止转载！",
    "本文未经许可，不得转载",
    "责任编辑：某某",
    "（责任编辑：某某）",
    "扫码关注我们",
    "长按识别二维码，关注公众号",
    "微信扫一扫二维码关注公众号",
    "点击查看更多",
    "点击阅读原文",
    "阅读原文>>",
    "打印本页",
    "【打印本页】【关闭窗口】",
    "加入收藏 | 设为首页",
    "返回顶部",
    "阅读量：1024",
    "分享到：微信 微博 QQ空间",
    "相关阅读：",
    "第 3 页 共 10 页",
    "第3页共10页",
]

STAYS = [
    "患者自述因版权所有问题与出版社发生争执后出现头痛。",
    "患者职业为责任编辑，久坐，颈部疼痛3年。",
    "扫码枪不能识别工件二维码，更换镜头后正常。",
    "请扫描工件二维码后再上料，核对图号。",
    "上一篇病历记录：血压140/90mmHg，详见下文，患者诉头晕较前加重，伴恶心呕吐，无视物旋转，查体四肢肌力5级，病理征阴性。",
    "上一页参数设置完成后，按确认键进入下一页。",
    "点击确认键查看报警记录，并按说明书处理。",
    "点击数控面板上的“查看”按钮。",
    "打印机卡纸，打印头清洁后正常。",
    "病历打印后由患者签字。",
    "负载电流12A，转载机链条张紧。",
    "转载机电机温度75℃。",
    "患者阅读困难，视物模糊。",
    "阅读理解能力下降2年",
    "维生素C 0.1g 口服",
    "AI检测：AI=1.2",
    "A1c 6.5%",
    "AI辅助诊断提示右肺上叶结节，直径8mm。",
    "该设备由人工智能算法控制。",
    "患者使用AI生成的食谱控制饮食，效果不佳。",
    "主动脉瓣关闭不全（AI）轻度",
    "第3页，共10页的说明书已归档",
    "查看第 3 页 共 10 页的图",
    "第3页所示裂纹长2mm",
    "编辑：程序号O0001，修改F值后正常运行，重新启动机床，加工三件合格",
    "来源：右上臂静脉血",
    "分享给家属护理要点：翻身、拍背。",
    "收藏家，长期接触古籍霉菌。",
    "返回原点后主轴停止",
    "关闭",
    "[打印]",
    "©皮肤科用药",
]

MARKS = [
    "以上内容由AI生成",
    "（以上内容由AI生成，仅供参考）",
    "本文由人工智能生成",
    "本回答由 AI 生成，内容仅供参考，请仔细甄别。",
    "该内容由大模型自动生成。",
    "AI生成，仅供参考",
    "AI 生成内容",
    "内容由 DeepSeek 生成",
    "以上回答为人工智能合成内容",
    "【声明：本文部分内容由AI辅助创作】",
    "由AI生成",
]


@pytest.mark.parametrize("line", GONE)
@pytest.mark.parametrize("frame", ["{}", "正文。\n{}\n后文。", "正文。\n  {}  "])
def test_boilerplate_lines_go(line: str, frame: str) -> None:
    (new,) = hold(StripBoilerplate(), frame.format(line))
    assert new == {"{}": "", "正文。\n{}\n后文。": "正文。\n后文。"}.get(frame, "正文。")


@pytest.mark.parametrize("line", STAYS)
@pytest.mark.parametrize("frame", ["{}", "正文。\n{}\n后文。", "{0}\n{0}"])
def test_what_somebody_wrote_stays(line: str, frame: str) -> None:
    text = frame.format(line)
    assert hold(StripBoilerplate(), text) == [text]


@pytest.mark.parametrize("mark", MARKS)
def test_marks_of_generated_text_are_seen_before_they_go(mark: str) -> None:
    result = run(StripBoilerplate(), f"正文。\n{mark}", "正文。" + mark, mark + "\n正文。", "正文。")
    assert result.texts.to_pylist() == ["正文。", "正文。", "正文。", "正文。"]
    assert [(e["text"], e["cause"]) for e in result.edits.to_pylist()] == [(i, "ai_generated_mark") for i in range(3)]


def test_every_shipped_example_has_the_trigger() -> None:
    lines = pa.array([*GONE, *MARKS], pa.large_string())
    assert (triggers.scan(text_buffers.texts(lines)) & int(Trigger.BOILERPLATE)).all()


def test_every_shipped_pattern_has_an_example() -> None:
    import re

    patterns = [re.compile(line, re.IGNORECASE) for line in boilerplate_lines.LINES]
    assert all(
        any(pattern.fullmatch(line) for line in [*GONE, "点击上方蓝字关注我们", "上一页 下一页", "谢绝转载"])
        for pattern in patterns
    )


def test_lines_of_the_recipe() -> None:
    step = StripBoilerplate(lines=["某某医院病历专用纸 (A4)", r"re:NO\.\d{6}"], shipped=False)
    assert step.triggers == Trigger.ANY
    text = "某某医院病历专用纸 (A4)\n主诉：咳嗽\n NO.123456\n版权所有\n参见 NO.123456"
    assert hold(step, text) == ["主诉：咳嗽\n版权所有\n参见 NO.123456"]


@pytest.mark.parametrize("line", ["re:(", "", "re:"])
def test_lines_that_cannot_be_used(line: str) -> None:
    with pytest.raises(ValidationError, match="第 1 项"):
        StripBoilerplate(lines=[line])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*GONE, *STAYS, *MARKS, "", "正文"]), max_size=6).map("\n".join))
def test_twice_is_once(text: str) -> None:
    (new,) = hold(StripBoilerplate(), text)
    assert [line for line in new.split("\n") if line in STAYS] == [line for line in text.split("\n") if line in STAYS]


def test_no_strings() -> None:
    assert clean(StripBoilerplate()) == []
