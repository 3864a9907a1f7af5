"""Import this to have ready what draws: all figures, matplotlib and its fonts."""

from counterpoise.brief.figures import warm_up

warm_up()
