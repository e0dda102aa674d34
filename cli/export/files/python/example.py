"""Says what is on photos: python example.py dog.jpg"""

import sys

from whippet import Classifier

classifier = Classifier()
for photo in sys.argv[1:]:
    answer = classifier.classify(photo)
    label, score = answer["predictions"][0]
    print(f"{photo}: {label} {score:.1%}" + (" (unknown: none of its labels)" if answer["unknown"] else ""))
