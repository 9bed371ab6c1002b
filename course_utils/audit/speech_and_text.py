"""Claims about speech (notebook 24)."""

# A claim reads best in two or three lines.
# fmt: off

from course_utils.audit.claim import cited

_SPEECH = "Deng, Abdel-Hamid and Yu, ICASSP 2013, table 1"


cited("timit-best", "above (add dropout) {18.7%}", 18.7,
      source="Deng, Abdel-Hamid and Yu, ICASSP 2013, abstract", looked_up=True, notebook="24",
      lecture="004", where="CNN for Automatic Speech Recognition")


for _name, _row in {
    "timit-dnn": "DNN (fully connected) {22.3%}",
    "timit-p1": "CNN-DNN; P=1 {21.8%}",
    "timit-p12": "CNN-DNN; P=12 {20.8%}",
    "timit-p6": "CNN-DNN; P=6 (fixed P, optimal) {20.4%}",
    "timit-p6-dropout": "CNN-DNN; P=6 (add dropout) {19.9%}",
    "timit-hp": "CNN-DNN; P=1:m (HP, m=12) {19.3%}",
}.items():
    cited(_name, _row, source=_SPEECH, notebook="24", lecture="004",
          where="CNN for Automatic Speech Recognition")
