"""Words that stand before and behind names, and the surnames: data of the context layer.

The lists were written for this project. Labels are matched from their end: 患者姓名 is found by 姓名.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from quality.kernels import name_labels, name_lexicon

ROLES = ("", "patient", "relative", "doctor", "nurse", "operator", "staff", "contact")
"""Subtypes; the class of a label is the place of its role here, so that 0 is no label."""

_STRONG = {
    "patient": "姓名 患者姓名 病人姓名",
    "relative": "家属姓名 家属签名 家属签字 监护人 陈述者",
    "doctor": "主治医师 住院医师 主管医师 主管医生 管床医生 经治医师 接诊医师 接诊医生 上级医师 责任医师 医师签名 医生签名 医师签字 "
    "医生签字 麻醉医师 麻醉师 报告医师 审核医师 检查医师 诊断医师 手术医师 手术者 主刀 术者 随访人",
    "nurse": "责任护士 护士长 巡回护士 器械护士 护士签名 主管护师",
    "operator": "操作工 操作员 操作者 操作人 检验员 检验人 检验者 质检员 维修工 维修人 维修员 点检员 巡检员 作业人 作业员 "
    "报修人 送检人 交班人 接班人 验收人 班组长 当班人 值班员 记录人 记录者 审核者",
    "staff": "签名 签字 经办人 负责人 责任人 审批人 批准人 复核人 申请人 提案人 法定代表人 法人代表 收款人 培训人 确认人 监护人员",
    "contact": "联系人 收件人 收货人 寄件人 发件人 紧急联系人 业务联系人",
}
_WEAK = {
    "patient": "患者 病人 病员 患儿 产妇 伤者 死者",
    "relative": "家属 家长 父亲 母亲 妻子 丈夫 儿子 女儿 配偶 陪护",
    "doctor": "医师 医生 大夫 主任 一助 二助 助手 会诊",
    "nurse": "护士 护师 护工",
    "operator": "检验 操作 维修 点检 校对 审核 值班 班长 组长 钳工 电工 焊工 工程师 技术员",
    "staff": "编制 批准 审定 设计 制表 复核 主管 经理 主任 作者 记者 编辑 讲师 户名 同事 员工 工号",
    "contact": "客户 供应商 联系",
}
_TITLES = {
    "doctor": "医生 医师 大夫 主任医师 副主任 主治医 住院医",
    "nurse": "护士 护士长 护师",
    "operator": "师傅 班长 工长",
    "staff": "主任 经理 总经理 董事长 厂长 书记 局长 院长 处长 科长 主管 老师 教授 同志",
    "relative": "之父 之母 之妻 之子 之女",
    "contact": "先生 女士 小姐 太太 阿姨",
}
_STOPS = (
    "不详 不明 同上 同前 见上 无 暂无 未填 未知 本人 患者 家属 患者本人 父母 父亲 母亲 妻子 丈夫 儿子 女儿 性别 年龄 男 女 电话 地址 科室 床号 "
    "日期 时间 签名 签字 已签 已签名 未签 合格 同意 正常 以上 如下 详见 阴性 阳性 否认 无殊 代签 代诉 关系 职业 民族 汉族 已婚 未婚 工号 "
    "单位 职务 部门 备注 编号 主任 医生 护士 医师 张贴 方法 方向 方案 温度 高度 时段 关闭 安全 安装 包装 金额 金属 成品 成型 程序 白班 "
    "夜班 中班 早班 甲班 乙班 丙班 全部 全体 双方 其他 其它 经过 经查 常规 查看 查体 门诊 急诊 住院 于今 因为 应当 应该 水平 石油 石膏 "
    "尚可 尚好 平素 平稳 平时 明显 明确 步行 步态 包括 包块 华侨 米汤 计划 计量 满意 连续 连接 管理 管路 车间 车床 毛坯 单号 单价 相关"
)
_COMMON = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付"
    "方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
_RARE = (
    "虞应竺乐柴励鲍翁施俞裘屠忻水柯冼阮佘迟瞿卞郜郗邢仝苗麻鹿寇阚晏宫隋岳佟亓逄车谷桑甘匡巫甄栾游盛费庞樊兰祁毕骆聂焦植明时占党官海米强"
    "计成麦简练丛衣初展由荆滕穆敖糜干幸银冀郏靳储戚闵娄阎洪左纪辛管祝解窦项单包宁尚温关耿涂伍童蒙房商牛殷路喻柳卓凌查艾尤詹季连景全宗井"
    "桂花木从台边鲜洛依来丰平古易狄舒倪褚臧符蓝翟康傅邬苟别帅屈胥巩鞠竹池阳燕云危葛赖申华文欧梅饶阙楚芦粟赫权"
)
_COMPOUNDS = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 宇文 长孙 夏侯 端木 南宫 独孤 轩辕 呼延 申屠 百里 闻人 澹台 司空 钟离 鲜于 闾丘 "
    "太史 东郭 西门 公冶 濮阳 淳于 单于 赫连 万俟 完颜 纳兰 拓跋"
)


@dataclass(frozen=True)
class Tables:
    """Hashed labels, titles and stop words (quality.kernels.name_lexicon), and the surnames."""

    labels: NDArray[np.uint16]
    titles: NDArray[np.uint16]
    stops: NDArray[np.uint16]
    surnames: NDArray[np.uint8]  # [65536] bits of quality.kernels.name_labels
    compounds: NDArray[np.uint32]
    plain: NDArray[np.uint8]  # [16] classes of the lexicon that are no names


@cache
def tables() -> Tables:
    strong = {word: index(role) | name_labels.STRONG for role, words in _STRONG.items() for word in words.split()}
    weak = {word: index(role) for role, words in _WEAK.items() for word in words.split()}
    surnames = np.zeros(65536, np.uint8)
    surnames[[ord(c) for c in _RARE]] |= name_labels.RARE
    surnames[[ord(c) for c in _COMMON]] |= name_labels.COMMON
    surnames[[ord(word[0]) for word in _COMPOUNDS.split()]] |= name_labels.COMPOUND
    plain = np.zeros(16, np.uint8)
    plain[[1, 3, 4, 7]] = 1
    return Tables(
        hashed({**weak, **strong}),
        hashed({word: index(role) for role, words in _TITLES.items() for word in words.split()}),
        hashed(dict.fromkeys(_STOPS.split(), 1)),
        surnames,
        np.array([ord(word[0]) << 16 | ord(word[1]) for word in _COMPOUNDS.split()], np.uint32),
        plain,
    )


def personal(weak: Iterable[str]) -> NDArray[np.uint16]:
    """Table of the labels that nothing but a person follows: the strong ones and those of `weak`."""
    strong = {word: index(role) | name_labels.STRONG for role, words in _STRONG.items() for word in words.split()}
    roles = {word: index(role) for role, words in _WEAK.items() for word in words.split()}
    return hashed({word: roles[word] for word in weak} | strong)


def words_beside_names() -> frozenset[str]:
    """Labels, titles and stop words: no name, wherever somebody wrote one of them into a list of names."""
    tables = (*_STRONG.values(), *_WEAK.values(), *_TITLES.values(), _STOPS)
    return frozenset(word for words in tables for word in words.split())


def index(role: str) -> int:
    """Class of a role in the tables: 1 … 7."""
    return ROLES.index(role)


def hashed(words: dict[str, int], size: int = 1 << 12) -> NDArray[np.uint16]:
    """A table of the words of two to four characters. size: a power of two, several times their number."""
    chosen = sorted(word for word in words if 2 <= len(word) <= 4)
    codes = np.array([ord(c) for word in chosen for c in word], np.uint16)
    starts = np.concatenate([[0], np.cumsum([len(word) for word in chosen])]).astype(np.int64)
    table = np.zeros(size, np.uint16)
    if name_lexicon.insert(table, codes, starts, np.array([words[word] for word in chosen], np.uint8)):
        raise AssertionError("a label has no place in its table")
    return table
