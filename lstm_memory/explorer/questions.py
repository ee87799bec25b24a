"""The questions with which the course ends: (question, {answer: words on it}, right answer)."""

from ..runs import SUCCESS

PASSED = f"its largest error is below {SUCCESS}"
QUESTIONS = [
    (
        "After 0 1 2, what decides whether 3 or 4 comes next?",
        {
            "the first symbol": "Before the last step the two sequences differ in no other place.",
            "the 2": "After 2 comes 3 in one sequence and 4 in the other.",
            "the number of steps": "Both sequences have the same length.",
        },
        "the first symbol",
    ),
    (
        "Which of these is enough to say that a network remembers?",
        {
            "its mean loss fell below 0.0693 in training": (
                "Weights change during an epoch, and its mean can dip below without memory."
            ),
            "all its answers are right by argmax": "By argmax 0.501 wins against 0.499.",
            PASSED: (
                "This is the test of 1997, by which this course counts. Without memory one output"
                " is off by 0.5 or more."
            ),
        },
        PASSED,
    ),
    (
        "Why does the tutorial's recipe not learn to remember?",
        {
            "the state is lost between steps": "It is carried on; notebook 03 showed it.",
            "250 epochs are too few": "After 1,000 epochs none of 100 networks passed either.",
            "the gradient is cut after each step": (
                "So no update rewards the network for writing the first symbol down."
            ),
        },
        "the gradient is cut after each step",
    ),
    (
        "What does the tutorial's recipe leave of the first symbol?",
        {
            "nothing at all": "Nearly all networks tell the two sequences apart, very faintly.",
            "an echo too faint to be an answer": (
                "Argmax hears it in some networks; no output comes near its target."
            ),
            "a memory in about 40 of 100 networks": (
                "So it looks by argmax. None of the 100 passes the test of 1997."
            ),
        },
        "an echo too faint to be an answer",
    ),
    (
        "How do you tell an echo from a memory that was learnt?",
        {
            "train for longer": "That changes it, and does not tell where it came from.",
            "look at argmax": "An echo and a memory can give the same argmax.",
            "freeze the hidden layer and see what is left": (
                "What a layer can do that learnt nothing, it owes to its random start."
            ),
        },
        "freeze the hidden layer and see what is left",
    ),
    (
        "What does the forget bias set?",
        {
            "how much of c is kept at the start of training": (
                "About 0.73 with a bias of 1, and 0.95 with 3."
            ),
            "how often the state is reset": "A reset is done from outside, after a sequence.",
            "how many units forget": "Every unit has a forget gate; the bias moves all of them.",
        },
        "how much of c is kept at the start of training",
    ),
    (
        "Where is the first symbol when the network reads the 2?",
        {
            "in the weights": "They are the same ones in both sequences.",
            "in the state h and c": "Put the other sequence's state in, and its answer comes.",
            "in the output layer": "It only reads what the state says.",
        },
        "in the state h and c",
    ),
    (
        "The memory is wiped before the last step. What does the network say?",
        {
            "3 or 4, one half each": "For that it would have to know how far it has come.",
            "most often 0": "A state of zeros is that of a beginning, and 0 follows a beginning.",
            "the right symbol all the same": "It has no other place to know it from.",
        },
        "most often 0",
    ),
    (
        "What is gained by cutting the gradient?",
        {
            "better answers": "The networks of this course remember only without the cut.",
            "a state that is not lost": "The state is carried on with a cut and without.",
            "storage": "The way back needs numbers for every step that it goes through.",
        },
        "storage",
    ),
    (
        "What had networks learnt that were trained at one lag only?",
        {
            "to hold a symbol until they are asked": "Then they would answer at lag 3 as well.",
            "to hold a symbol for just so long": "None of 54 passed at lag 3.",
            "nothing": "At their own lag they passed.",
        },
        "to hold a symbol for just so long",
    ),
    (
        "All 20 training sequences are right. What follows?",
        {
            "it knows the rule": "20 fixed sequences can be learnt by heart.",
            "nothing about other sequences": "Ask it about sequences that it has not seen.",
            "it has too few units": "It had enough to learn all of them.",
        },
        "nothing about other sequences",
    ),
    (
        "Is one trained network enough to judge a recipe?",
        {
            "yes, one success is enough": "The next start may fail, and you would not know.",
            "no, count over many": "A count with its interval says how sure one can be.",
            "only if its loss is small": "It is still one network, with one start.",
        },
        "no, count over many",
    ),
]
