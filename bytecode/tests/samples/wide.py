"""EXTENDED_ARG everywhere: many constants, names and long jumps, wide columns of lines and offsets."""


def wide(x):
    name_0 = x.attr_0 + 0.5
    name_1 = x.attr_1 + 1.5
    name_2 = x.attr_2 + 2.5
    name_3 = x.attr_3 + 3.5
    name_4 = x.attr_4 + 4.5
    name_5 = x.attr_5 + 5.5
    name_6 = x.attr_6 + 6.5
    name_7 = x.attr_7 + 7.5
    name_8 = x.attr_8 + 8.5
    name_9 = x.attr_9 + 9.5
    name_10 = x.attr_10 + 10.5
    name_11 = x.attr_11 + 11.5
    name_12 = x.attr_12 + 12.5
    name_13 = x.attr_13 + 13.5
    name_14 = x.attr_14 + 14.5
    name_15 = x.attr_15 + 15.5
    name_16 = x.attr_16 + 16.5
    name_17 = x.attr_17 + 17.5
    name_18 = x.attr_18 + 18.5
    name_19 = x.attr_19 + 19.5
    name_20 = x.attr_20 + 20.5
    name_21 = x.attr_21 + 21.5
    name_22 = x.attr_22 + 22.5
    name_23 = x.attr_23 + 23.5
    name_24 = x.attr_24 + 24.5
    name_25 = x.attr_25 + 25.5
    name_26 = x.attr_26 + 26.5
    name_27 = x.attr_27 + 27.5
    name_28 = x.attr_28 + 28.5
    name_29 = x.attr_29 + 29.5
    name_30 = x.attr_30 + 30.5
    name_31 = x.attr_31 + 31.5
    name_32 = x.attr_32 + 32.5
    name_33 = x.attr_33 + 33.5
    name_34 = x.attr_34 + 34.5
    name_35 = x.attr_35 + 35.5
    name_36 = x.attr_36 + 36.5
    name_37 = x.attr_37 + 37.5
    name_38 = x.attr_38 + 38.5
    name_39 = x.attr_39 + 39.5
    name_40 = x.attr_40 + 40.5
    name_41 = x.attr_41 + 41.5
    name_42 = x.attr_42 + 42.5
    name_43 = x.attr_43 + 43.5
    name_44 = x.attr_44 + 44.5
    name_45 = x.attr_45 + 45.5
    name_46 = x.attr_46 + 46.5
    name_47 = x.attr_47 + 47.5
    name_48 = x.attr_48 + 48.5
    name_49 = x.attr_49 + 49.5
    name_50 = x.attr_50 + 50.5
    name_51 = x.attr_51 + 51.5
    name_52 = x.attr_52 + 52.5
    name_53 = x.attr_53 + 53.5
    name_54 = x.attr_54 + 54.5
    name_55 = x.attr_55 + 55.5
    name_56 = x.attr_56 + 56.5
    name_57 = x.attr_57 + 57.5
    name_58 = x.attr_58 + 58.5
    name_59 = x.attr_59 + 59.5
    name_60 = x.attr_60 + 60.5
    name_61 = x.attr_61 + 61.5
    name_62 = x.attr_62 + 62.5
    name_63 = x.attr_63 + 63.5
    name_64 = x.attr_64 + 64.5
    name_65 = x.attr_65 + 65.5
    name_66 = x.attr_66 + 66.5
    name_67 = x.attr_67 + 67.5
    name_68 = x.attr_68 + 68.5
    name_69 = x.attr_69 + 69.5
    name_70 = x.attr_70 + 70.5
    name_71 = x.attr_71 + 71.5
    name_72 = x.attr_72 + 72.5
    name_73 = x.attr_73 + 73.5
    name_74 = x.attr_74 + 74.5
    name_75 = x.attr_75 + 75.5
    name_76 = x.attr_76 + 76.5
    name_77 = x.attr_77 + 77.5
    name_78 = x.attr_78 + 78.5
    name_79 = x.attr_79 + 79.5
    name_80 = x.attr_80 + 80.5
    name_81 = x.attr_81 + 81.5
    name_82 = x.attr_82 + 82.5
    name_83 = x.attr_83 + 83.5
    name_84 = x.attr_84 + 84.5
    name_85 = x.attr_85 + 85.5
    name_86 = x.attr_86 + 86.5
    name_87 = x.attr_87 + 87.5
    name_88 = x.attr_88 + 88.5
    name_89 = x.attr_89 + 89.5
    name_90 = x.attr_90 + 90.5
    name_91 = x.attr_91 + 91.5
    name_92 = x.attr_92 + 92.5
    name_93 = x.attr_93 + 93.5
    name_94 = x.attr_94 + 94.5
    name_95 = x.attr_95 + 95.5
    name_96 = x.attr_96 + 96.5
    name_97 = x.attr_97 + 97.5
    name_98 = x.attr_98 + 98.5
    name_99 = x.attr_99 + 99.5
    name_100 = x.attr_100 + 100.5
    name_101 = x.attr_101 + 101.5
    name_102 = x.attr_102 + 102.5
    name_103 = x.attr_103 + 103.5
    name_104 = x.attr_104 + 104.5
    name_105 = x.attr_105 + 105.5
    name_106 = x.attr_106 + 106.5
    name_107 = x.attr_107 + 107.5
    name_108 = x.attr_108 + 108.5
    name_109 = x.attr_109 + 109.5
    name_110 = x.attr_110 + 110.5
    name_111 = x.attr_111 + 111.5
    name_112 = x.attr_112 + 112.5
    name_113 = x.attr_113 + 113.5
    name_114 = x.attr_114 + 114.5
    name_115 = x.attr_115 + 115.5
    name_116 = x.attr_116 + 116.5
    name_117 = x.attr_117 + 117.5
    name_118 = x.attr_118 + 118.5
    name_119 = x.attr_119 + 119.5
    name_120 = x.attr_120 + 120.5
    name_121 = x.attr_121 + 121.5
    name_122 = x.attr_122 + 122.5
    name_123 = x.attr_123 + 123.5
    name_124 = x.attr_124 + 124.5
    name_125 = x.attr_125 + 125.5
    name_126 = x.attr_126 + 126.5
    name_127 = x.attr_127 + 127.5
    name_128 = x.attr_128 + 128.5
    name_129 = x.attr_129 + 129.5
    name_130 = x.attr_130 + 130.5
    name_131 = x.attr_131 + 131.5
    name_132 = x.attr_132 + 132.5
    name_133 = x.attr_133 + 133.5
    name_134 = x.attr_134 + 134.5
    name_135 = x.attr_135 + 135.5
    name_136 = x.attr_136 + 136.5
    name_137 = x.attr_137 + 137.5
    name_138 = x.attr_138 + 138.5
    name_139 = x.attr_139 + 139.5
    name_140 = x.attr_140 + 140.5
    name_141 = x.attr_141 + 141.5
    name_142 = x.attr_142 + 142.5
    name_143 = x.attr_143 + 143.5
    name_144 = x.attr_144 + 144.5
    name_145 = x.attr_145 + 145.5
    name_146 = x.attr_146 + 146.5
    name_147 = x.attr_147 + 147.5
    name_148 = x.attr_148 + 148.5
    name_149 = x.attr_149 + 149.5
    name_150 = x.attr_150 + 150.5
    name_151 = x.attr_151 + 151.5
    name_152 = x.attr_152 + 152.5
    name_153 = x.attr_153 + 153.5
    name_154 = x.attr_154 + 154.5
    name_155 = x.attr_155 + 155.5
    name_156 = x.attr_156 + 156.5
    name_157 = x.attr_157 + 157.5
    name_158 = x.attr_158 + 158.5
    name_159 = x.attr_159 + 159.5
    name_160 = x.attr_160 + 160.5
    name_161 = x.attr_161 + 161.5
    name_162 = x.attr_162 + 162.5
    name_163 = x.attr_163 + 163.5
    name_164 = x.attr_164 + 164.5
    name_165 = x.attr_165 + 165.5
    name_166 = x.attr_166 + 166.5
    name_167 = x.attr_167 + 167.5
    name_168 = x.attr_168 + 168.5
    name_169 = x.attr_169 + 169.5
    name_170 = x.attr_170 + 170.5
    name_171 = x.attr_171 + 171.5
    name_172 = x.attr_172 + 172.5
    name_173 = x.attr_173 + 173.5
    name_174 = x.attr_174 + 174.5
    name_175 = x.attr_175 + 175.5
    name_176 = x.attr_176 + 176.5
    name_177 = x.attr_177 + 177.5
    name_178 = x.attr_178 + 178.5
    name_179 = x.attr_179 + 179.5
    name_180 = x.attr_180 + 180.5
    name_181 = x.attr_181 + 181.5
    name_182 = x.attr_182 + 182.5
    name_183 = x.attr_183 + 183.5
    name_184 = x.attr_184 + 184.5
    name_185 = x.attr_185 + 185.5
    name_186 = x.attr_186 + 186.5
    name_187 = x.attr_187 + 187.5
    name_188 = x.attr_188 + 188.5
    name_189 = x.attr_189 + 189.5
    name_190 = x.attr_190 + 190.5
    name_191 = x.attr_191 + 191.5
    name_192 = x.attr_192 + 192.5
    name_193 = x.attr_193 + 193.5
    name_194 = x.attr_194 + 194.5
    name_195 = x.attr_195 + 195.5
    name_196 = x.attr_196 + 196.5
    name_197 = x.attr_197 + 197.5
    name_198 = x.attr_198 + 198.5
    name_199 = x.attr_199 + 199.5
    name_200 = x.attr_200 + 200.5
    name_201 = x.attr_201 + 201.5
    name_202 = x.attr_202 + 202.5
    name_203 = x.attr_203 + 203.5
    name_204 = x.attr_204 + 204.5
    name_205 = x.attr_205 + 205.5
    name_206 = x.attr_206 + 206.5
    name_207 = x.attr_207 + 207.5
    name_208 = x.attr_208 + 208.5
    name_209 = x.attr_209 + 209.5
    name_210 = x.attr_210 + 210.5
    name_211 = x.attr_211 + 211.5
    name_212 = x.attr_212 + 212.5
    name_213 = x.attr_213 + 213.5
    name_214 = x.attr_214 + 214.5
    name_215 = x.attr_215 + 215.5
    name_216 = x.attr_216 + 216.5
    name_217 = x.attr_217 + 217.5
    name_218 = x.attr_218 + 218.5
    name_219 = x.attr_219 + 219.5
    name_220 = x.attr_220 + 220.5
    name_221 = x.attr_221 + 221.5
    name_222 = x.attr_222 + 222.5
    name_223 = x.attr_223 + 223.5
    name_224 = x.attr_224 + 224.5
    name_225 = x.attr_225 + 225.5
    name_226 = x.attr_226 + 226.5
    name_227 = x.attr_227 + 227.5
    name_228 = x.attr_228 + 228.5
    name_229 = x.attr_229 + 229.5
    name_230 = x.attr_230 + 230.5
    name_231 = x.attr_231 + 231.5
    name_232 = x.attr_232 + 232.5
    name_233 = x.attr_233 + 233.5
    name_234 = x.attr_234 + 234.5
    name_235 = x.attr_235 + 235.5
    name_236 = x.attr_236 + 236.5
    name_237 = x.attr_237 + 237.5
    name_238 = x.attr_238 + 238.5
    name_239 = x.attr_239 + 239.5
    name_240 = x.attr_240 + 240.5
    name_241 = x.attr_241 + 241.5
    name_242 = x.attr_242 + 242.5
    name_243 = x.attr_243 + 243.5
    name_244 = x.attr_244 + 244.5
    name_245 = x.attr_245 + 245.5
    name_246 = x.attr_246 + 246.5
    name_247 = x.attr_247 + 247.5
    name_248 = x.attr_248 + 248.5
    name_249 = x.attr_249 + 249.5
    name_250 = x.attr_250 + 250.5
    name_251 = x.attr_251 + 251.5
    name_252 = x.attr_252 + 252.5
    name_253 = x.attr_253 + 253.5
    name_254 = x.attr_254 + 254.5
    name_255 = x.attr_255 + 255.5
    name_256 = x.attr_256 + 256.5
    name_257 = x.attr_257 + 257.5
    name_258 = x.attr_258 + 258.5
    name_259 = x.attr_259 + 259.5
    name_260 = x.attr_260 + 260.5
    name_261 = x.attr_261 + 261.5
    name_262 = x.attr_262 + 262.5
    name_263 = x.attr_263 + 263.5
    name_264 = x.attr_264 + 264.5
    name_265 = x.attr_265 + 265.5
    name_266 = x.attr_266 + 266.5
    name_267 = x.attr_267 + 267.5
    name_268 = x.attr_268 + 268.5
    name_269 = x.attr_269 + 269.5
    name_270 = x.attr_270 + 270.5
    name_271 = x.attr_271 + 271.5
    name_272 = x.attr_272 + 272.5
    name_273 = x.attr_273 + 273.5
    name_274 = x.attr_274 + 274.5
    name_275 = x.attr_275 + 275.5
    name_276 = x.attr_276 + 276.5
    name_277 = x.attr_277 + 277.5
    name_278 = x.attr_278 + 278.5
    name_279 = x.attr_279 + 279.5
    name_280 = x.attr_280 + 280.5
    name_281 = x.attr_281 + 281.5
    name_282 = x.attr_282 + 282.5
    name_283 = x.attr_283 + 283.5
    name_284 = x.attr_284 + 284.5
    name_285 = x.attr_285 + 285.5
    name_286 = x.attr_286 + 286.5
    name_287 = x.attr_287 + 287.5
    name_288 = x.attr_288 + 288.5
    name_289 = x.attr_289 + 289.5
    name_290 = x.attr_290 + 290.5
    name_291 = x.attr_291 + 291.5
    name_292 = x.attr_292 + 292.5
    name_293 = x.attr_293 + 293.5
    name_294 = x.attr_294 + 294.5
    name_295 = x.attr_295 + 295.5
    name_296 = x.attr_296 + 296.5
    name_297 = x.attr_297 + 297.5
    name_298 = x.attr_298 + 298.5
    name_299 = x.attr_299 + 299.5
    while x:
        x = global_0(name_0, 1000)
        x = global_1(name_1, 1001)
        x = global_2(name_2, 1002)
        x = global_3(name_3, 1003)
        x = global_4(name_4, 1004)
        x = global_5(name_5, 1005)
        x = global_6(name_6, 1006)
        x = global_7(name_7, 1007)
        x = global_8(name_8, 1008)
        x = global_9(name_9, 1009)
        x = global_10(name_10, 1010)
        x = global_11(name_11, 1011)
        x = global_12(name_12, 1012)
        x = global_13(name_13, 1013)
        x = global_14(name_14, 1014)
        x = global_15(name_15, 1015)
        x = global_16(name_16, 1016)
        x = global_17(name_17, 1017)
        x = global_18(name_18, 1018)
        x = global_19(name_19, 1019)
        x = global_20(name_20, 1020)
        x = global_21(name_21, 1021)
        x = global_22(name_22, 1022)
        x = global_23(name_23, 1023)
        x = global_24(name_24, 1024)
        x = global_25(name_25, 1025)
        x = global_26(name_26, 1026)
        x = global_27(name_27, 1027)
        x = global_28(name_28, 1028)
        x = global_29(name_29, 1029)
        x = global_30(name_30, 1030)
        x = global_31(name_31, 1031)
        x = global_32(name_32, 1032)
        x = global_33(name_33, 1033)
        x = global_34(name_34, 1034)
        x = global_35(name_35, 1035)
        x = global_36(name_36, 1036)
        x = global_37(name_37, 1037)
        x = global_38(name_38, 1038)
        x = global_39(name_39, 1039)
        x = global_40(name_40, 1040)
        x = global_41(name_41, 1041)
        x = global_42(name_42, 1042)
        x = global_43(name_43, 1043)
        x = global_44(name_44, 1044)
        x = global_45(name_45, 1045)
        x = global_46(name_46, 1046)
        x = global_47(name_47, 1047)
        x = global_48(name_48, 1048)
        x = global_49(name_49, 1049)
        x = global_50(name_50, 1050)
        x = global_51(name_51, 1051)
        x = global_52(name_52, 1052)
        x = global_53(name_53, 1053)
        x = global_54(name_54, 1054)
        x = global_55(name_55, 1055)
        x = global_56(name_56, 1056)
        x = global_57(name_57, 1057)
        x = global_58(name_58, 1058)
        x = global_59(name_59, 1059)
        x = global_60(name_60, 1060)
        x = global_61(name_61, 1061)
        x = global_62(name_62, 1062)
        x = global_63(name_63, 1063)
        x = global_64(name_64, 1064)
        x = global_65(name_65, 1065)
        x = global_66(name_66, 1066)
        x = global_67(name_67, 1067)
        x = global_68(name_68, 1068)
        x = global_69(name_69, 1069)
        x = global_70(name_70, 1070)
        x = global_71(name_71, 1071)
        x = global_72(name_72, 1072)
        x = global_73(name_73, 1073)
        x = global_74(name_74, 1074)
        x = global_75(name_75, 1075)
        x = global_76(name_76, 1076)
        x = global_77(name_77, 1077)
        x = global_78(name_78, 1078)
        x = global_79(name_79, 1079)
        x = global_80(name_80, 1080)
        x = global_81(name_81, 1081)
        x = global_82(name_82, 1082)
        x = global_83(name_83, 1083)
        x = global_84(name_84, 1084)
        x = global_85(name_85, 1085)
        x = global_86(name_86, 1086)
        x = global_87(name_87, 1087)
        x = global_88(name_88, 1088)
        x = global_89(name_89, 1089)
        x = global_90(name_90, 1090)
        x = global_91(name_91, 1091)
        x = global_92(name_92, 1092)
        x = global_93(name_93, 1093)
        x = global_94(name_94, 1094)
        x = global_95(name_95, 1095)
        x = global_96(name_96, 1096)
        x = global_97(name_97, 1097)
        x = global_98(name_98, 1098)
        x = global_99(name_99, 1099)
        x = global_100(name_100, 1100)
        x = global_101(name_101, 1101)
        x = global_102(name_102, 1102)
        x = global_103(name_103, 1103)
        x = global_104(name_104, 1104)
        x = global_105(name_105, 1105)
        x = global_106(name_106, 1106)
        x = global_107(name_107, 1107)
        x = global_108(name_108, 1108)
        x = global_109(name_109, 1109)
        x = global_110(name_110, 1110)
        x = global_111(name_111, 1111)
        x = global_112(name_112, 1112)
        x = global_113(name_113, 1113)
        x = global_114(name_114, 1114)
        x = global_115(name_115, 1115)
        x = global_116(name_116, 1116)
        x = global_117(name_117, 1117)
        x = global_118(name_118, 1118)
        x = global_119(name_119, 1119)
        x = global_120(name_120, 1120)
        x = global_121(name_121, 1121)
        x = global_122(name_122, 1122)
        x = global_123(name_123, 1123)
        x = global_124(name_124, 1124)
        x = global_125(name_125, 1125)
        x = global_126(name_126, 1126)
        x = global_127(name_127, 1127)
        x = global_128(name_128, 1128)
        x = global_129(name_129, 1129)
        x = global_130(name_130, 1130)
        x = global_131(name_131, 1131)
        x = global_132(name_132, 1132)
        x = global_133(name_133, 1133)
        x = global_134(name_134, 1134)
        x = global_135(name_135, 1135)
        x = global_136(name_136, 1136)
        x = global_137(name_137, 1137)
        x = global_138(name_138, 1138)
        x = global_139(name_139, 1139)
        x = global_140(name_140, 1140)
        x = global_141(name_141, 1141)
        x = global_142(name_142, 1142)
        x = global_143(name_143, 1143)
        x = global_144(name_144, 1144)
        x = global_145(name_145, 1145)
        x = global_146(name_146, 1146)
        x = global_147(name_147, 1147)
        x = global_148(name_148, 1148)
        x = global_149(name_149, 1149)
        x = global_150(name_150, 1150)
        x = global_151(name_151, 1151)
        x = global_152(name_152, 1152)
        x = global_153(name_153, 1153)
        x = global_154(name_154, 1154)
        x = global_155(name_155, 1155)
        x = global_156(name_156, 1156)
        x = global_157(name_157, 1157)
        x = global_158(name_158, 1158)
        x = global_159(name_159, 1159)
        x = global_160(name_160, 1160)
        x = global_161(name_161, 1161)
        x = global_162(name_162, 1162)
        x = global_163(name_163, 1163)
        x = global_164(name_164, 1164)
        x = global_165(name_165, 1165)
        x = global_166(name_166, 1166)
        x = global_167(name_167, 1167)
        x = global_168(name_168, 1168)
        x = global_169(name_169, 1169)
        x = global_170(name_170, 1170)
        x = global_171(name_171, 1171)
        x = global_172(name_172, 1172)
        x = global_173(name_173, 1173)
        x = global_174(name_174, 1174)
        x = global_175(name_175, 1175)
        x = global_176(name_176, 1176)
        x = global_177(name_177, 1177)
        x = global_178(name_178, 1178)
        x = global_179(name_179, 1179)
        x = global_180(name_180, 1180)
        x = global_181(name_181, 1181)
        x = global_182(name_182, 1182)
        x = global_183(name_183, 1183)
        x = global_184(name_184, 1184)
        x = global_185(name_185, 1185)
        x = global_186(name_186, 1186)
        x = global_187(name_187, 1187)
        x = global_188(name_188, 1188)
        x = global_189(name_189, 1189)
        x = global_190(name_190, 1190)
        x = global_191(name_191, 1191)
        x = global_192(name_192, 1192)
        x = global_193(name_193, 1193)
        x = global_194(name_194, 1194)
        x = global_195(name_195, 1195)
        x = global_196(name_196, 1196)
        x = global_197(name_197, 1197)
        x = global_198(name_198, 1198)
        x = global_199(name_199, 1199)
        x = global_200(name_200, 1200)
        x = global_201(name_201, 1201)
        x = global_202(name_202, 1202)
        x = global_203(name_203, 1203)
        x = global_204(name_204, 1204)
        x = global_205(name_205, 1205)
        x = global_206(name_206, 1206)
        x = global_207(name_207, 1207)
        x = global_208(name_208, 1208)
        x = global_209(name_209, 1209)
        x = global_210(name_210, 1210)
        x = global_211(name_211, 1211)
        x = global_212(name_212, 1212)
        x = global_213(name_213, 1213)
        x = global_214(name_214, 1214)
        x = global_215(name_215, 1215)
        x = global_216(name_216, 1216)
        x = global_217(name_217, 1217)
        x = global_218(name_218, 1218)
        x = global_219(name_219, 1219)
        x = global_220(name_220, 1220)
        x = global_221(name_221, 1221)
        x = global_222(name_222, 1222)
        x = global_223(name_223, 1223)
        x = global_224(name_224, 1224)
        x = global_225(name_225, 1225)
        x = global_226(name_226, 1226)
        x = global_227(name_227, 1227)
        x = global_228(name_228, 1228)
        x = global_229(name_229, 1229)
        x = global_230(name_230, 1230)
        x = global_231(name_231, 1231)
        x = global_232(name_232, 1232)
        x = global_233(name_233, 1233)
        x = global_234(name_234, 1234)
        x = global_235(name_235, 1235)
        x = global_236(name_236, 1236)
        x = global_237(name_237, 1237)
        x = global_238(name_238, 1238)
        x = global_239(name_239, 1239)
        x = global_240(name_240, 1240)
        x = global_241(name_241, 1241)
        x = global_242(name_242, 1242)
        x = global_243(name_243, 1243)
        x = global_244(name_244, 1244)
        x = global_245(name_245, 1245)
        x = global_246(name_246, 1246)
        x = global_247(name_247, 1247)
        x = global_248(name_248, 1248)
        x = global_249(name_249, 1249)
        x = global_250(name_250, 1250)
        x = global_251(name_251, 1251)
        x = global_252(name_252, 1252)
        x = global_253(name_253, 1253)
        x = global_254(name_254, 1254)
        x = global_255(name_255, 1255)
        x = global_256(name_256, 1256)
        x = global_257(name_257, 1257)
        x = global_258(name_258, 1258)
        x = global_259(name_259, 1259)
        x = global_260(name_260, 1260)
        x = global_261(name_261, 1261)
        x = global_262(name_262, 1262)
        x = global_263(name_263, 1263)
        x = global_264(name_264, 1264)
        x = global_265(name_265, 1265)
        x = global_266(name_266, 1266)
        x = global_267(name_267, 1267)
        x = global_268(name_268, 1268)
        x = global_269(name_269, 1269)
        x = global_270(name_270, 1270)
        x = global_271(name_271, 1271)
        x = global_272(name_272, 1272)
        x = global_273(name_273, 1273)
        x = global_274(name_274, 1274)
        x = global_275(name_275, 1275)
        x = global_276(name_276, 1276)
        x = global_277(name_277, 1277)
        x = global_278(name_278, 1278)
        x = global_279(name_279, 1279)
        if x:
            continue




















































































































































































































































































































































































































































































































    return x
