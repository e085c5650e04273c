package codec

// Tables of G.722 section 3, scaled as there.
var (
	// decisionsLow are the upper bounds of the low band's quantizer intervals (table 14).
	decisionsLow = [30]int{
		0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650,
		714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
	}
	// levels6 and levels4 are the low band's output levels with all bits and without the lower two.
	levels6 = [64]int{
		-136, -136, -136, -136, -24808, -21904, -19008, -16704,
		-14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
		-7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576,
		-3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
		24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192,
		10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
		4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032,
		1688, 1360, 1040, 728, 432, 136, -432, -136,
	}
	levels4 = [16]int{
		0, -20456, -12896, -8968, -6288, -4240, -2584, -1200,
		20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
	}
	// levels2 are the high band's output levels.
	levels2 = [4]int{-7408, -1616, 7408, 1616}

	// How far a code moves the logarithmic scale: first the code's magnitude, then the step.
	magnitudeLow  = [16]int{0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0}
	scaleLow      = [8]int{-60, -30, 58, 172, 334, 538, 1198, 3042}
	magnitudeHigh = [4]int{2, 1, 2, 1}
	scaleHigh     = [3]int{0, -214, 798}

	// antilog is 2048 times two to the power of i/32.
	antilog = [32]int{
		2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
		2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
	}
)
