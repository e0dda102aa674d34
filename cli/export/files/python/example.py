"""Says what is on photos: python example.py dog.jpg"""

import sys

from whippet import Classifier

classifier = Classifier()
for photo in sys.argv[1:]:
    answer = classifier.classify(photo)
    shown = ", ".join(f"{label} {score:.1%}" for label, score in answer.get("labels") or answer["predictions"][:1])
    print(f"{photo}: {shown}" + (" (unknown: none of its labels)" if answer["unknown"] else ""))
