"""The registry's table: counts that one test compares with the networks, and where they stand."""

IMAGENET = (224, 1000, 3)  # side, classes, channels
CIFAR = (32, 10, 3)
TORCHVISION = "the paper prints no count; torchvision's is the same"
RELEASED = "the paper prints no count; the released network has the same with 1000 classes"

GROUPS = (  # family, source, images, (name, parameters, as printed, note)
    ("lenet", "LeCun et al. 1998, section II.B", (28, 10, 1), (
        ("lenet", 61_706, "", "full connections instead of table I, a linear layer at the end"),
        ("lenet_1998", 60_000, "60,000"),
    )),
    ("alexnet", "Krizhevsky et al. 2012, sections 3.5 and 4", (227, 1000, 3), (
        ("alexnet", 60_965_224, "60 M", "60.97 M: rounded down"),
        ("alexnet_one_tower", 62_378_344, "", "without the two groups of layers 2, 4 and 5"),
    )),
    ("alexnet", "Krizhevsky 2014, section 5", IMAGENET, (
        ("alexnet_torchvision", 61_100_840, "", TORCHVISION),
    )),
    ("zfnet", "Zeiler & Fergus 2014, figure 3", IMAGENET, (
        ("zfnet", 62_357_608, "", "the paper prints no count"),
    )),
    ("vgg", "Simonyan & Zisserman 2015, table 2", IMAGENET, (
        ("vgg11", 132_863_336, "133 M"), ("vgg11_lrn", 132_863_336, "133 M"),
        ("vgg13", 133_047_848, "133 M"), ("vgg16_c", 133_638_952, "134 M"),
        ("vgg16", 138_357_544, "138 M"), ("vgg19", 143_667_240, "144 M"),
    )),
    ("vgg", "torchvision: table 1 with batch normalisation", IMAGENET, (
        ("vgg11_bn", 132_868_840, "", TORCHVISION), ("vgg13_bn", 133_053_736, "", TORCHVISION),
        ("vgg16_bn", 138_365_992, "", TORCHVISION), ("vgg19_bn", 143_678_248, "", TORCHVISION),
    )),
    ("googlenet", "Szegedy et al. 2015, table 1", IMAGENET, (
        ("googlenet", 6_998_552, "6.96 M",
         "table 1 counts in units of 1,024, and without biases: its rows add up to 6,798 K"),
        ("googlenet_heads", 13_378_280, "",
         "3.2 M for each auxiliary classifier, which is gone after training"),
    )),
    ("googlenet", "torchvision: with batch normalisation, 3×3 for 5×5", IMAGENET, (
        ("googlenet_bn", 6_624_904, "", TORCHVISION),
        ("googlenet_bn_heads", 13_004_888, "", "with 3.2 M for each auxiliary classifier"),
    )),
    ("inception_v3", "Szegedy et al. 2016, table 1; as released", (299, 1000, 3), (
        ("inception_v3", 23_834_568, "",
         'the paper prints "less than 25 million", and Chollet 2017 23,626,728'),
        ("inception_v3_heads", 27_161_264, "",
         "torchvision's count: 3.3 M for the auxiliary classifier, which is gone after training"),
    )),
    ("inception", "Szegedy et al. 2017, figures 3 to 9", (299, 1000, 3), (
        ("inception_v4", 42_679_816, "", RELEASED),
    )),
    ("inception", "Szegedy et al. 2017, figures 15 to 19; as released", (299, 1000, 3), (
        ("inception_resnet_v2", 55_843_464, "", RELEASED),
    )),
    ("resnet", "He et al. 2016, table 1", IMAGENET, (
        ("resnet18", 11_689_512, "", TORCHVISION), ("resnet34", 21_797_672, "", TORCHVISION),
        ("resnet50", 25_557_032, "", TORCHVISION), ("resnet101", 44_549_160, "", TORCHVISION),
        ("resnet152", 60_192_808, "", TORCHVISION),
        ("plain18", 11_515_688, "", "resnet18 without its three projections"),
        ("plain34", 21_623_848, "", "resnet34 without its three projections"),
    )),
    ("resnet", "He et al. 2016, section 4.2, table 6", CIFAR, (
        ("resnet20", 269_722, "0.27 M"), ("resnet32", 464_154, "0.46 M"),
        ("resnet44", 658_586, "0.66 M"), ("resnet56", 853_018, "0.85 M"),
        ("resnet110", 1_727_962, "1.7 M"),
        ("plain20", 269_722, "0.27 M"), ("plain32", 464_154, "0.46 M"),
        ("plain44", 658_586, "0.66 M"), ("plain56", 853_018, "0.85 M"),
        ("plain110", 1_727_962, "1.7 M"),
    )),
    ("preact", "He et al. 2016b, table 4", CIFAR, (
        ("preact_resnet110", 1_730_522, "1.7 M"), ("preact_resnet164", 1_703_258, "1.7 M"),
        ("preact_resnet1001", 10_327_706, "10.2 M",
         "10.33 M, and 10.29 M without the three projections"),
    )),
    ("wide_resnet", "Zagoruyko & Komodakis 2016, section 3", CIFAR, (
        ("wrn_16_4", 2_748_890, "2.7 M"), ("wrn_16_8", 10_961_370, "11.0 M"),
        ("wrn_22_8", 17_158_106, "17.2 M"), ("wrn_28_10", 36_479_194, "36.5 M"),
        ("wrn_28_10_dropout", 36_479_194, "36.5 M"), ("wrn_40_1", 563_930, "0.6 M"),
        ("wrn_40_2", 2_243_546, "2.2 M"), ("wrn_40_4", 8_949_210, "8.9 M"),
        ("wrn_40_8", 35_748_314, "35.7 M"),
    )),
    ("wide_resnet", "Zagoruyko & Komodakis 2016, table 8", IMAGENET, (
        ("wide_resnet50_2", 68_883_240, "68.9 M"),
        ("wide_resnet101_2", 126_886_696, "", TORCHVISION),
    )),
    ("resnext", "Xie et al. 2017, tables 1 and 4", IMAGENET, (
        ("resnext50_32x4d", 25_028_904, "25.0 M"),
        ("resnext101_32x4d", 44_177_704, "", "as large as ResNet-101 by design"),
        ("resnext101_64x4d", 83_455_272, "", TORCHVISION),
        ("resnext101_32x8d", 88_791_336, "", TORCHVISION),
    )),
    ("resnext", "Xie et al. 2017, table 7", CIFAR, (
        ("resnext29_8x64d", 34_426_698, "34.4 M"),
        ("resnext29_16x64d", 68_155_210, "68.1 M", "68.16 M: rounded down"),
    )),
    ("rir", "Targ et al. 2016, the wide network of 18 layers", CIFAR, (
        ("rir", 9_539_050, "",
         "no count to compare with; where the shape changes, the 1×1 shortcuts have 69,120"),
    )),
    ("fractalnet", "Larsson et al. 2017, section 4.1", CIFAR, (
        ("fractalnet20", 33_724_618, "",
         "by the maps of section 4.1; DenseNet's table 2 prints 38.6 M for it"),
        ("fractalnet40", 76_106_634, "", "fractalnet20 with a fourth column"),
    )),
    ("fractalnet", "Larsson et al. 2017, section 4.3: ultra-deep networks", (32, 100, 3), (
        ("fractalnet10_thin", 847_716, "0.8 M"), ("fractalnet20_thin", 2_125_204, "2.1 M"),
        ("fractalnet40_thin", 4_778_820, "4.8 M"), ("fractalnet80_thin", 10_184_692, "10.2 M"),
        ("fractalnet160_thin", 21_095_076, "21.1 M"),
    )),
    ("densenet", "Huang et al. 2017, table 1", IMAGENET, (
        ("densenet121", 7_978_856, "", TORCHVISION), ("densenet169", 14_149_480, "", TORCHVISION),
        ("densenet201", 20_013_928, "", TORCHVISION), ("densenet161", 28_681_000, "", TORCHVISION),
        ("densenet264", 33_337_704, "", "printed nowhere; torchvision has no such network"),
    )),
    ("densenet", "Huang et al. 2017, table 2", CIFAR, (
        ("densenet_40_12", 1_019_722, "1.0 M"), ("densenet_100_12", 6_979_642, "7.0 M"),
        ("densenet_bc_40_12", 176_122, "", "a small one, not in the table"),
        ("densenet_bc_100_12", 769_162, "0.8 M"), ("densenet_bc_250_24", 15_324_406, "15.3 M"),
        ("densenet_bc_190_40", 25_624_430, "25.6 M"),
    )),
    ("xception", "Chollet 2017, figure 5 and table 3", (299, 1000, 3), (
        ("xception", 22_855_952, "22,855,952"),
    )),
    ("mobilenet", "Howard et al. 2017, table 6", IMAGENET, (
        ("mobilenet", 4_231_976, "4.2 M"), ("mobilenet_075", 2_585_560, "2.6 M"),
        ("mobilenet_050", 1_331_592, "1.3 M"), ("mobilenet_025", 470_072, "0.5 M"),
    )),
    ("fcn", "Long et al. 2015, sections 4.1 and 4.2, table 1", (500, 21, 3), (
        ("fcn", 134_376_863, "", "FCN-8s: fcn_16s, and scores of the third pooling"),
        ("fcn_16s", 134_364_410, "", "fcn_32s, and scores of the fourth pooling"),
        ("fcn_32s", 134_346_581, "134 M"),
    )),
    ("unet", "Ronneberger et al. 2015, figure 1", (572, 2, 1), (
        ("unet", 31_030_658, "", "the paper prints no count; it has the same 23 layers"),
        ("unet_bn", 31_042_434, "", "not in the paper: with batch normalisation"),
    )),
    ("vit", "Dosovitskiy et al. 2021, table 1", IMAGENET, (
        ("vit_b_16", 86_567_656, "86 M", "86.57 M: rounded down"),
    )),
    ("vit", "Dosovitskiy et al. 2021, section 3.1, made small for this course", CIFAR, (
        ("vit_tiny", 142_026, "", "not in the paper: 64 channels, 4 heads, 4 blocks, patches of 4"),
    )),
    ("convnext", "Liu et al. 2022, table 1", IMAGENET, (
        ("convnext_tiny", 28_589_128, "29 M"),
    )),
    ("airbench", "Jordan 2024, section 3", CIFAR, (
        ("airbench94", 1_972_792, "",
         "the paper prints no count, but 3.6·10¹⁴ operations for 9.9 epochs, which fit"),
    )),
)  # fmt: skip
