"""What torchvision calls the networks of the zoo, and the tensors in them."""

STAGES = (  # ResNet, and what is built like it
    (r"^bn1\.", "norm1."),
    (r"^layer(\d)\.(\d+)\.conv(\d)\.", r"stage\1.\2.body.conv\3."),
    (r"^layer(\d)\.(\d+)\.bn(\d)\.", r"stage\1.\2.body.norm\3."),
    (r"^layer(\d)\.(\d+)\.downsample\.0\.", r"stage\1.\2.shortcut.conv."),
    (r"^layer(\d)\.(\d+)\.downsample\.1\.", r"stage\1.\2.shortcut.norm."),
)
STEM = ("1a", "2a", "2b", "pooling", "3b", "4a")  # Inception-v3's first layers, in their order
TABLES = {  # family: what to replace in torchvision's names, one after the other
    "alexnet": (),
    "vgg": (),
    "resnet": STAGES,
    "resnext": STAGES,
    "wide_resnet": STAGES,
    "googlenet": (
        (r"\.bn\.", ".norm."),
        (r"^inception(\w\w)\.branch1\.", r"layers.\1.1x1."),
        (r"^inception(\w\w)\.branch2\.", r"layers.\1.3x3."),
        (r"^inception(\w\w)\.branch3\.", r"layers.\1.5x5."),
        (r"^inception(\w\w)\.branch4\.", r"layers.\1.pool."),
        (r"^(conv\d|fc)\.", r"layers.\1."),
        (r"^aux1\.", "heads.4a."),
        (r"^aux2\.", "heads.4d."),
    ),
    "inception_v3": (
        (r"\.bn\.", ".norm."),
        (r"^Conv2d_(\w\w)_\dx\d\.", lambda m: f"layers.stem.{STEM.index(m[1])}."),
        (r"^AuxLogits\.conv(\d)\.", lambda m: f"heads.6e.conv{int(m[1]) + 1}."),
        (r"^AuxLogits\.fc\.", "heads.6e.fc."),
        (r"^fc\.", "layers.fc."),
        (r"^Mixed_(\w\w)\.branch(1x1|3x3)\.", r"layers.\1.1.0."),
        (r"^Mixed_(\w\w)\.branch_pool\.", r"layers.\1.4.1."),
        (r"^Mixed_7a\.branch3x3_", "layers.7a.1_"),
        (r"^Mixed_6a\.branch3x3dbl_", "layers.6a.2_"),
        (r"^Mixed_(\w\w)\.branch(5x5|7x7|7x7x3|3x3)_", r"layers.\1.2_"),
        (r"^Mixed_(\w\w)\.branch[37]x[37]dbl_", r"layers.\1.3_"),
        (r"_(\d)\.", lambda m: f".{int(m[1]) - 1}."),
        (r"_(\d)([ab])\.", lambda m: f".{int(m[1]) - 1}.{'ab'.index(m[2]) + 1}.0."),
    ),
    "densenet": (
        (r"\.(norm|conv)\.([12])\.", r".\1\2."),  # as the files have it
        (r"^features\.denseblock(\d)\.dense(layer\d+)\.", r"block\1.\2.new."),
        (r"^features\.(conv|norm)0\.", r"\g<1>1."),
        (r"^features\.norm5\.", "norm."),
        (r"^features\.", ""),
        (r"^classifier\.", "fc."),
    ),
    "vit": (
        (r"^conv_proj\.", "patches."),
        (r"^class_token$", "tokens.first"),
        (r"^encoder\.pos_embedding$", "tokens.positions"),
        (r"^encoder\.ln\.", "norm."),
        (r"^heads\.head\.", "fc."),
        (r"^encoder\.layers\.encoder_layer_(\d+)\.", lambda m: f"block{int(m[1]) + 1}."),
        (r"\.ln_1\.", ".mix.body.norm."),
        (r"\.self_attention\.in_proj_", ".mix.body.attention.qkv."),
        (r"\.self_attention\.out_proj\.", ".mix.body.attention.out."),
        (r"\.ln_2\.", ".think.body.norm."),
        (r"\.mlp\.(0|linear_1)\.", ".think.body.up."),  # linear_1: as the files have it
        (r"\.mlp\.(3|linear_2)\.", ".think.body.down."),
    ),
    "convnext": (
        (r"^features\.0\.0\.", "patches."),
        (r"^features\.0\.1\.", "norm1."),
        (r"^features\.([246])\.0\.", lambda m: f"norm{int(m[1]) // 2 + 1}."),
        (r"^features\.([246])\.1\.", lambda m: f"halve{int(m[1]) // 2 + 1}."),
        (r"^features\.([1357])\.(\d+)\.", lambda m: f"stage{int(m[1]) // 2 + 1}.{m[2]}.body."),
        (r"\.layer_scale$", ".scale.weight"),
        (r"\.block\.0\.", ".depthwise."),
        (r"\.block\.2\.", ".norm."),
        (r"\.block\.3\.", ".up."),
        (r"\.block\.5\.", ".down."),
        (r"^classifier\.0\.", "norm."),
        (r"^classifier\.2\.", "fc."),
    ),
}
LAST = r"(^|\.)(fc2?|classifier\.6)\."  # the layers that give one number per class
NAMES = {  # whose weights torchvision has, and under which name
    "alexnet_torchvision": "alexnet",
    "googlenet_bn": "googlenet",
    "googlenet_bn_heads": "googlenet",
    "inception_v3_heads": "inception_v3",
} | {
    name: name
    for name in (
        *("vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"),
        "inception_v3",
        *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
        *("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d"),
        *("wide_resnet50_2", "wide_resnet101_2"),
        *("densenet121", "densenet161", "densenet169", "densenet201"),
        *("vit_b_16", "convnext_tiny"),
    )
}
