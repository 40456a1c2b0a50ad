// SPDX-License-Identifier: GPL-2.0
/* splitmix64: one multiplication chain for a stream of its own for each thing that makes choices. */
#include "stress.h"

uint64_t prng_next(struct prng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

struct prng prng_of(uint64_t seed, uint64_t a, uint64_t b, uint64_t c)
{
	struct prng rng = { seed };

	rng.state = prng_next(&rng) ^ a;
	rng.state = prng_next(&rng) ^ b;
	rng.state = prng_next(&rng) ^ c;
	return rng;
}
