"""Every term once: key → (中文 label, one-line meaning). English keys in code, these labels in front of people."""

from __future__ import annotations

from corpora.metric_terms import METRICS as METRICS
from corpora.term import Term as Term

PHASES = {
    "read": Term("读取", "来源文件变成文档"),
    "reshape": Term("重组", "拆分、拼接、组合；行会增加或被消耗"),
    "rewrite": Term("改写", "清洗每一行的文本"),
    "measure": Term("测量", "对每一行计算信号、键与发现，不删任何行"),
    "decide": Term("裁决", "规则、去重与人工决定打标记，在一处裁决"),
    "treat": Term("处理", "替换个人信息，保留行与剔除行一视同仁"),
    "write": Term("写出", "保留行进入发布，剔除行进入私有的剔除表"),
}

# --- quarantine causes (owner: corpora.sources) ---------------------------------------------------
QUARANTINE_CAUSES: dict[str, Term] = {
    "truncated": Term("记录不完整", "记录在半途结束（JSON、XML 或引号未闭合），文件多半没有下载完；重新导出，或补上引号"),
    "not_json": Term("不是 JSON", "一行不是一个 JSON 对象；一条记录占多行的存成 .json 数组"),
    "undecodable": Term("无法解码", "字节按任何允许的编码都不成文本；用原来的程序另存为 UTF-8，或写明 encoding"),
    "repeated_key": Term("键重复", "JSON 记录里要取的键写了不止一次，哪个算数不知道；留下一个再来"),
    "no_text": Term("没有文本", "文本列缺失、为空值或只有空白；多数如此就检查配方的 text 列名"),
    "wrong_type": Term("类型不符", "文本列不是字符串；检查配方的 text 列名"),
    "forgotten": Term("按删除请求不收", "主体要求删除（yuliao forget），这些行不再进入任何版本，也不留原文"),
    "ragged": Term("列数不符", "CSV 行的列数与表头不同；值里有分隔符的要加引号，或写明 separator"),
    "repeated_header": Term(
        "重复的表头", "与表头相同的一行（前后空格与 BOM 不算），多半是几份导出接在一起留下的，不是记录，不用处理"
    ),
    "too_long": Term("记录过长", "一条记录超过长度上限，只保留开头；先拆开，或检查引号是否闭合"),
    "unmatched": Term("接不上", "主表里没有这个键，拼接不上；检查 assemble 的键列"),
    "too_deep": Term("嵌套过深", "JSON 嵌套层数超过上限；先摊平"),
    "broken_stream": Term("压缩流损坏", "压缩文件在此处中断或校验不符，其后内容读不出；重新下载或压缩"),
    "empty_file": Term("空文件", "文件里没有一条记录：没有内容，或只有表头、空白；重新导出"),
    "only_zeros": Term("全是零字节", "断电或没拷完留下的空壳，内容已经没有了；从原处重新拷贝"),
    "system_file": Term(
        "系统文件", "系统或办公软件自己的文件（.DS_Store、Thumbs.db、~$ 开头的锁、macOS 的 ._ 附件），没有数据，不用处理"
    ),
    "unknown_format": Term("格式不明", "看不出是什么格式的文件；在来源里写明 format"),
    "no_header": Term("读不出表头", "没有一行列名，或配方 header_row 所写的那一行是空的或不存在；没有表头就写 header: none"),
    "archive_bomb": Term("压缩炸弹", "解压后大得不合常理（总量、比例或文件数超限），不解；自己解开后给目录"),
    "archive_too_deep": Term("压缩包套得太深", "压缩包里的压缩包超过三层，不解；自己解开后给目录"),
    "archive_unsupported": Term("不支持的压缩格式", "7z、rar 请另存为 zip"),
    "not_a_file": Term("不是文件", "名字像文件的目录，断开的链接、管道、设备，或压缩包里的链接"),
    "not_opened": Term("打不开", "没有读取权限，或磁盘、网络盘报错；检查后重新运行"),
    "not_readable": Term("文件读不出", "文件不完整，或不是扩展名所说的格式；用原来的程序打开另存一次"),
    "password": Term("有密码", "文件受密码保护；请在 Word、WPS 或压缩软件里去掉密码再来"),
    "save_as_docx": Term("旧版文档", "是 .doc、.wps、.rtf 或 .odt；请用 Word 或 WPS 打开，另存为 .docx 再来"),
    "drm": Term("有版权锁", "电子书加了 DRM，只有书店的程序能打开"),
    "xml_entities": Term("声明了实体", "XML 里声明了实体，几行可膨胀成几个 GB，或引用外部文件；去掉 DTD 再来"),
    "no_record": Term("没有记录", "XML 里没有配方 element 所说的元素；检查元素名或路径"),
    "needs_ocr": Term("需要 OCR", "文字层损坏或缺失（扫描件）；装上扩展 pip install 'yuliao[ocr]' 再运行即可识别"),
    "page_broken": Term(
        "页面读不出", "读这一页时程序库报错、崩溃或超时，或页面内容损坏、只读得出一部分；其余页照常读取；重新导出 PDF 再来"
    ),
    "no_sheet": Term("没有这张工作表", "工作簿里没有配方 sheet 所写的工作表，或没有任何工作表"),
}

# --- what a file holds beside text (owner: corpora.sources) ----------------------------------------
NOT_TEXT: dict[str, Term] = {
    "figure": Term("图片", "插图、照片、图表"),
    "text_box": Term("文本框", "浮动的文本框，或表格以外的文字；Word 的在 text_boxes 字段里"),
    "embedded_object": Term("嵌入对象", "嵌入的表格、图纸、公式对象、控件或其他文件"),
    "media": Term("音视频与内嵌页", "音频、视频、内嵌网页"),
    "comment": Term("批注", "审阅批注或单元格的批注；Word 的在 comments 字段里"),
    "tracked_deletion": Term("修订删除", "修订模式下已删除的文字，不读"),
    "hidden_text": Term("隐藏文字", "设为隐藏的文字，页面上看不见，不读"),
    "toc_line": Term("目录行", "目录里的标题与页码，正文里还有，已去掉"),
    "unknown_symbol": Term("符号字体", "符号字体里没有对应 Unicode 的字符"),
    "included_file": Term("引用的文件", "LaTeX 的 \\input，文件名在 inputs 字段里，内容在那些文件里"),
    "form_field": Term("表单域", "PDF 表单里可填写的域"),
    "annotation": Term("批注", "PDF 上的批注与标记"),
    "attachment": Term("附件", "嵌在 PDF 里的文件"),
    "damaged_stream": Term(
        "损坏的数据", "PDF 里解不开的片段（字形对照表、嵌入的版面），有的文字可能缺失或读错；重新导出 PDF 再来"
    ),
    "vertical_line": Term("竖排行", "竖排的文字行，已按竖排读取"),
    "ocr_page": Term("OCR 页", "文字来自 OCR 识别的页，置信度在 ocr 列"),
    "running_head": Term("页眉页脚", "各页同一位置重复的行，已去掉"),
    "page_number": Term("页码", "页边的页码，已去掉"),
    "watermark": Term("水印行", "各页重复的倾斜、压字或广告行，已去掉"),
    "title_row": Term("表头上方的行", "表头上方的标题、导出日期等"),
    "renamed_column": Term("代起的列名", "空的列名叫“列3”，重复的列名叫“诊断_2”"),
    "empty_sheet": Term("没有数据的工作表", "空的或只有表头的工作表"),
    "hidden_sheet": Term("隐藏的工作表", "照常读入"),
    "hidden_row": Term("隐藏的行", "照常读入"),
    "hidden_column": Term("隐藏的列", "照常读入"),
    "error_cell": Term("出错的单元格", "#REF!、#DIV/0! 一类，读作空"),
    "formula_without_value": Term("没有结果的公式", "生成文件的程序没有算过的公式，读作空；用 Excel 打开另存一次即可"),
    "rounded_number": Term("尾数已失的长数字", "超过 15 位、已被 Excel 舍入的数字（如 3.30E+17），照原样读入，但不作主键"),
    "unknown_format": Term("显示格式未知的数值", "读不到或不认识数字格式，按原值读入（.xls、.xlsb、.ods 的数值与日期都是）"),
}

# --- causes of edits (owner: curation.clean, curation.treat) ---------------------------------------
CAUSES: dict[str, Term] = {
    "mojibake": Term("乱码还原", "用错编码读出的文字（涓枃、ä¸­æ–‡、ÖÐÎÄ）无损还原"),
    "private_use": Term("私用区字符", "旧 GBK 表放在私用区、如今有正式码位的字"),
    "vertical": Term("竖排标点", "竖排字形的标点换成通常的（︵→（）"),
    "radical": Term("部首字形", "部首区的字形换成对应的汉字（⻔→门）"),
    "full_width": Term("全角转半角", "全角字母、数字及紧挨着它的．％／＋－"),
    "invisible": Term("不可见字符", "控制字符、零宽字符、双向控制符、软连字符、BOM"),
    "space": Term("空格", "汉字间空格、连续空格、行尾空格、全角缩进"),
    "line_break": Term("换行", "换行符统一为 \\n，连续空行压到一行"),
    "html": Term("HTML 标签", "标签、注释、脚本与样式"),
    "entity": Term("HTML 实体", "&nbsp; &ge; &#160; 一类的转义还原为字符"),
    "markdown": Term("Markdown 标记", "标题、强调、链接、代码与表格的标记"),
    "latex": Term("LaTeX 标记", "命令、环境与数学定界符"),
    "wrapped_line": Term("硬换行", "句子中间的换行被接上"),
    "boilerplate": Term("模板行", "上一篇、版权所有、扫码关注等与内容无关的整行"),
    "ai_generated_mark": Term("AI 生成标识", "行中的生成标识先记入 generated_data_indicator，再随行删除"),
    "script": Term("简繁转换", "OpenCC 转换的字词"),
}

# --- reasons for dropping a row ---------------------------------------------------------------------
REASONS: dict[str, Term] = {
    "exact_duplicate": Term("完全重复", "规范化后与另一行相同"),
    "near_duplicate": Term("近似重复", "与另一行的 5 字片段集合高度重合，且数值序列相同"),
    "split_conflict": Term("划分冲突", "同一主体或近似簇在上一版本分属不同划分，训练行让位"),
    "human_drop": Term("人工剔除", "复核人员决定剔除"),
    "marked": Term("人工标出", "行里有由人标出的个人信息，已替换；只是标记，不剔除"),
    "human_keep": Term("人工保留", "规则或近似去重要剔除，复核人员决定保留；只是标记，不剔除"),
    "garbled": Term("乱码", "U+FFFD、“锟斤拷”等过多"),
    "mojibake": Term("乱码未能还原", "读错编码且有字节已丢失的文字，“锟斤拷”“烫烫烫”或成串的 U+FFFD"),
    "control_characters": Term("控制符过多", "控制、零宽、私用区字符过多"),
    "too_short": Term("太短", "字数不成一句话"),
    "not_chinese": Term("不是中文", "汉字在文字中所占太少"),
    "japanese": Term("日文", "多数文字在日文行里"),
    "link_list": Term("网址堆", "多半是网址"),
    "decoration": Term("符号堆", "装饰符号多过文字"),
    "monotonous": Term("单调", "几个字反复，字符熵过低"),
    "repetitive": Term("反复", "几乎全文由重复的 10 字片段组成"),
    "repeated_lines": Term("重复行过多", "多数行与前面的行相同"),
    "advertising": Term("广告", "广告与网页套话过密"),
}

# --- signals (owner: quality.signals) ---------------------------------------------------------------
SIGNALS: dict[str, Term] = {
    "characters": Term("字符数", "码点数，含空格与换行"),
    "bytes": Term("字节数", "UTF-8 字节数"),
    "leaves": Term("文本段数", "文档由几段文本组成（问与答是两段，每条消息一段）"),
    "lines": Term("行数", "换行分开的行"),
    "solid_lines": Term("非空行数", "有非空白字符的行"),
    "other_share": Term("其他文字占比", "其他文字的字母、组合符等占字符数"),
    "han_share": Term("汉字占比", "汉字占字符数"),
    "kana_share": Term("假名占比", "平假名与片假名占字符数"),
    "hangul_share": Term("谚文占比", "韩文字母占字符数"),
    "latin_share": Term("拉丁字母占比", "拉丁字母（含全角）占字符数"),
    "digit_share": Term("数字占比", "各种数字（含全角、①、Ⅲ）占字符数"),
    "punctuation_share": Term("标点占比", "中英文标点占字符数"),
    "symbol_share": Term("装饰符号占比", "★ ■ ─ 表情等占字符数；± ≥ ℃ 等不算"),
    "unit_share": Term("量符占比", "% ± ≥ ℃ μ Φ ㎡ 等数量符号占字符数"),
    "space_share": Term("空白占比", "空格、制表与换行占字符数"),
    "control_share": Term("控制符占比", "控制、零宽、私用区字符占字符数；表情与少数民族文字里的连接符不算"),
    "replacement_share": Term("乱码占比", "U+FFFD、“锟斤拷”与 UTF-8 误作 GBK 的“锛銆鐨”占字符数"),
    "mojibake": Term("乱码处数", "读错编码的文字、“锟斤拷”“烫烫烫”“屯屯屯”与成串 U+FFFD 的处数"),
    "private_use": Term("私用区字符数", "私用区的码点数，只有原来的字体知道是什么字"),
    "ocr_lookalikes": Term("数字里的形近字母数", "夹在两个数字之间的 O o l I（1O5、3l2），只报告，不改"),
    "short_line_share": Term("短行占比", "不足 10 个非空白字符的行占非空行"),
    "bullet_line_share": Term("列表行占比", "以 • ● ■ 或“- ”等开头的行占非空行"),
    "ended_line_share": Term("句末收束行占比", "以 。！？；：… 等（可带右引号、右括号）结尾的行占非空行"),
    "duplicate_line_share": Term("重复行占比", "与前面某行相同（不计空白）的行占非空行"),
    **{
        f"repeated_{n}gram_share": Term(f"{n} 字重复占比", f"被出现多次的 {n} 字片段覆盖的字符占非空白字符")
        for n in range(2, 11)
    },
    **{f"top_{n}gram_share": Term(f"最高频 {n} 字占比", f"最常重复的 {n} 字片段的次数比非空白字符数") for n in (2, 3, 4)},
    "symbol_density": Term("符号密度", "装饰符号数比文字与数字数"),
    "url_density": Term("网址密度", "网址的字符占字符数"),
    "entropy": Term("字符熵", "非空白字符分布的香农熵，单位比特"),
    "chinese_share": Term("中文占比", "汉字（日文行的除外）占全部字母与文字"),
    "traditional_share": Term("繁体占比", "仅繁体用的字占仅繁体与仅简体用的字之和"),
    "japanese_share": Term("日文占比", "假名与日文行的汉字占全部字母与文字；假名达汉字与假名两成的行算日文行"),
    "latin_language_share": Term("西文占比", "拉丁字母占全部字母与文字"),
    "lexicon_medical": Term("医学词密度", "被医学词表覆盖的字符占非空白字符"),
    "lexicon_manufacturing": Term("制造词密度", "被制造词表覆盖的字符占非空白字符"),
    "lexicon_advertising": Term("广告词密度", "被广告与网页套话词表覆盖的字符占非空白字符"),
    "lexicon_profanity": Term("粗话密度", "被粗话词表覆盖的字符占非空白字符"),
}

# --- kinds of personal information (owner: quality.pii) ---------------------------------------------
PII_KINDS: dict[str, Term] = {
    "resident_id": Term("身份证号", "居民身份证 18 位（MOD 11-2）与 15 位，港澳台居民居住证，外国人永久居留身份证"),
    "mobile": Term("手机号", "11 位手机号，可带 +86 与分隔符，含全角、中文数字等变形"),
    "landline": Term("固定电话", "区号加 7 或 8 位本地号码，可带分机"),
    "email": Term("邮箱", "电子邮件地址"),
    "bank_card": Term("银行卡号", "16 至 19 位，发卡行标识与 Luhn 校验"),
    "uscc": Term("统一社会信用代码", "18 位，MOD 31 与内含组织机构代码双重校验"),
    "plate": Term("车牌号", "机动车号牌，含新能源与学、警、港、澳、挂"),
    "ipv4": Term("IPv4地址", "四段点分地址；回环、未指定、组播与掩码不算"),
    "ipv6": Term("IPv6地址", "八组，或带一个 :: 的缩写"),
    "mac": Term("MAC地址", "网卡物理地址，六组十六进制数"),
    "imei": Term("IMEI", "移动设备识别码，15 位 Luhn 校验，只在有上下文词时报告"),
    "imsi": Term("IMSI", "国际移动用户识别码，460 开头 15 位"),
    "iccid": Term("SIM卡号", "ICCID，8986 开头 19 或 20 位"),
    "vin": Term("车架号", "车辆识别代号 17 位，第 9 位校验"),
    "passport": Term("护照号", "中国与港澳护照，须有上下文词"),
    "travel_permit": Term("通行证号", "港澳居民来往内地、往来港澳台、台胞证，须有上下文词"),
    "overseas_id": Term("港台身份证号", "香港、台湾身份证，带校验位"),
    "organisation_code": Term("组织机构代码", "8 位本体加校验位（GB 11714）"),
    "business_licence": Term("营业执照注册号", "15 位，MOD 11,10 校验，须有上下文词"),
    "military_id": Term("军官证号", "军、武警证件字号"),
    "social_insurance": Term("社保卡号", "社会保障卡号，须有上下文词"),
    "practitioner_licence": Term("执业证号", "医师、护士资格与执业证书编码，须有上下文词"),
    "case_number": Term("案号", "法院案件号"),
    "postcode": Term("邮编", "6 位邮政编码，在地址旁或有上下文词"),
    "url": Term("带令牌的网址", "网址里带有个人标识或令牌"),
    "qq": Term("QQ号", "5 至 11 位，须有上下文词"),
    "wechat": Term("微信号", "字母开头 6 至 20 位，须有上下文词"),
    "medical_record_number": Term("病历号", "住院号、门诊号、检查号等就诊编号，由标签确定，子类说明是哪一种"),
    "employee_number": Term("工号", "工号、员工编号、警号等，由标签确定"),
    "contract_number": Term("合同号", "合同、协议编号，属商业秘密，由标签确定"),
    "driving_licence": Term("驾驶证档案编号", "12 位，须有标签；驾驶证号就是身份证号"),
    "person_name": Term("姓名", "人名：标签与称谓、姓氏与名字模型、少数民族与音译姓名；子类说明身份"),
    "address": Term("地址", "到区县以下的地址，直到幢、单元、室"),
    "date_of_birth": Term("出生日期", "与出生有关的日期"),
    "age": Term("高龄", "89 岁以上的年龄"),
    "hospital": Term("医院名", "医疗机构名称，配方要求时才找"),
    "department": Term("科室名", "科室与病区名称，配方要求时才找"),
    "organisation": Term("单位名", "公司、客户等单位名称，来自名单或配方要求"),
    "secret": Term("内部代号", "名单里的产品代号等商业秘密"),
}
"""The order is the index that findings carry; the kinds of the number kernels come first."""

PII_SUBTYPES: dict[str, Term] = {
    "": Term("", "没有子类"),
    "patient": Term("患者", "患者、病人"),
    "relative": Term("家属", "家属、监护人"),
    "doctor": Term("医生", "医师、主任"),
    "nurse": Term("护士", "护士、护师"),
    "operator": Term("操作员", "操作、检验、维修人员"),
    "staff": Term("员工", "职员、负责人"),
    "contact": Term("联系人", "联系人、收件人"),
    "customer": Term("客户", "客户、供应商"),
    "inpatient": Term("住院号", "住院、入院登记"),
    "outpatient": Term("门诊号", "门诊、急诊、挂号"),
    "record": Term("病案号", "病案、病历"),
    "visit_card": Term("就诊卡号", "就诊卡、诊疗卡、一卡通"),
    "patient_id": Term("患者编号", "患者 ID、患者编号、登记号、DICOM PatientID"),
    "exam": Term("检查号", "检查、超声、内镜、心电"),
    "laboratory": Term("检验号", "检验、化验"),
    "image": Term("影像号", "影像、放射、CT、MR、DICOM 检查号"),
    "pathology": Term("病理号", "病理"),
    "specimen": Term("标本号", "标本、条码、基因样本"),
    "bed": Term("床号", "病区、床位"),
    "prescription": Term("处方号", "处方"),
    "order": Term("医嘱号", "医嘱、申请单"),
    "surgery": Term("手术编号", "手术、麻醉"),
    "invoice": Term("发票号", "医疗票据"),
    "medical_insurance": Term("医保号", "医保卡、医保个人编号"),
    "health_card": Term("健康卡号", "居民健康卡、电子健康卡"),
    "health_archive": Term("健康档案编号", "健康档案"),
}
"""What a finding is more exactly: the person's part for names, the document for medical numbers."""

# --- steps (owner: each step's file) ----------------------------------------------------------------
STEPS: dict[str, Term] = {
    "find_pii": Term("查找个人信息", "在每个文本叶里查找个人信息，记录位置、种类与置信度，不改文本"),
    "redact_pii": Term("替换个人信息", "把够确定的个人信息换成带种类的占位符"),
    "assemble": Term("拼接", "按就诊号、工单号等键把别的表的行接到主表的行上；接不上的行隔离"),
    "compose": Term("组合", "几列按模板拼成文本或对话，空的字段略去；每个字都来自来源或配方"),
    "split": Term("切分", "长文档在章、标题、段落、句子处切成段，不切断句子与表格行；每段记得自己的文档与次序"),
    "repair": Term("修复乱码", "无损还原读错编码的文字，私用区旧字换成正式码位；还原不了的不动，由规则剔除"),
    "normalise": Term("规范化", "折叠部首、全角字母数字、控制与零宽字符，整理汉字间空格；标点不动"),
    "strip_markup": Term("去除标记", "去掉 HTML、Markdown、LaTeX 的标记，留下可读的文字"),
    "rejoin_lines": Term("接续断行", "把句子中间的硬换行接上，列表、表格、标题与键值行不动"),
    "strip_boilerplate": Term("去除模板行", "删除版权、导航、扫码一类的整行；AI 生成标识先记入一列"),
    "convert_script": Term("简繁转换", "用 OpenCC 转换需要转换的行"),
    "signals": Term("测量信号", "一遍扫过文本，得出长度、字符类别、行、重复、语言与词表密度等信号"),
    "filter": Term("规则过滤", "信号越过规则的界限时打标记，由裁决统一处理"),
    "dedup_exact": Term("完全去重", "规范化后文字与数值序列都相同的行只留第一行"),
    "dedup_near": Term("近似去重", "5 字片段 Jaccard 系数不低于界限且数值序列相同的行只留一行，逐对验证"),
    "apply_decisions": Term("人工决定", "复核人员保留或剔除的行：文字没变就算数，胜过规则；存疑只计数"),
    "score": Term("质量评分", "由信号合成 0 到 1 的质量分"),
}

# --- columns of a release (owner: corpora.release, corpora.card) --------------------------------------
COLUMNS: dict[str, Term] = {
    "id": Term("编号", "32 位十六进制的带密钥哈希，跨版本稳定，不能反推"),
    "source": Term("来源", "配方里给来源起的标签，不是文件名"),
    "licence": Term("许可", "该行来源的许可"),
    "quality": Term("质量分", "0 到 1，由信号计算"),
    "text": Term("文本", "清洗并去标识化后的正文"),
    "question": Term("问", "清洗并去标识化后的问题"),
    "answer": Term("答", "清洗并去标识化后的回答"),
    "messages": Term("对话", "按轮次的消息，每条有角色和内容"),
    "document": Term("文档编号", "这一段所属的文档；未切分的文档就是自己的编号"),
    "piece": Term("段号", "这一段在文档里的次序，从 0 起"),
    "generated_data_indicator": Term("生成标志", "1 表示文本带有或来源声明了人工智能生成标识，0 表示没有"),
    "split": Term("划分", "train、validation 或 test"),
    "spans": Term("个人信息位置", "发布文本里每一处发现（占位符）的种类与位置（码点，半开区间）"),
    "cluster_size": Term("近似簇大小", "这一行代表的近似或相同行数，含自己"),
    "pii_spans": Term("个人信息处数", "在处理前文本里找到的个人信息的处数"),
}

# --- what a person may decide about a finding or a stretch of text, and about a whole row ----------------
DECISIONS: dict[str, Term] = {
    "restore": Term("还原", "这处不是个人信息，按原文留下"),
    "redact": Term("替换", "这处确是个人信息，不论有没有找到，都替换"),
}
ROW_DECISIONS: dict[str, Term] = {
    "keep": Term("保留", "这一行应当留下，规则说什么都不算；文字改了就不再适用"),
    "drop": Term("剔除", "这一行不应留下"),
    "unsure": Term("存疑", "说不准，什么也不改变，只计数"),
}
