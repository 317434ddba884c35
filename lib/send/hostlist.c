#include "send/hostlist.h"
#include "base/num.h"
#include <stdint.h>
#include <string.h>

size_t
hostlist_words(const char *list, size_t n)
{
	size_t i, words = 0;

	for (i = 0; i < n && list[i] != '\0'; i++)
		words += list[i] != ' ' && (i == 0 || list[i - 1] == ' ');
	return words;
}

void
hostlist_tiers(const char *list, const char *groups, size_t n,
    unsigned char *tiers)
{
	const char *end = groups + n, *comma;
	size_t words = hostlist_words(list, SIZE_MAX), i;
	uint64_t left = 0;
	unsigned tier = 0;

	for (i = 0; i < words; i++) {
		if (left == 0 && groups < end) {
			comma = memchr(groups, ',', end - groups);
			if (comma == NULL)
				comma = end;
			if (num_scan(groups, comma - groups, 1, SIZE_MAX,
				&left) == -1)
				comma = end;
			tier += i > 0 && tier < HOSTLIST_TIERS_MAX;
			groups = comma + (comma < end);
		}
		left -= left > 0;
		tiers[i] = (unsigned char)tier;
	}
}

static void
turn_round(char *p, char *end)
{
	char c;

	while (p < end) {
		c = *p;
		*p++ = *--end;
		*end = c;
	}
}

static void
move_tier(unsigned char *tiers, size_t to, size_t from)
{
	unsigned char tier = tiers[from];

	memmove(tiers + to + 1, tiers + to, from - to);
	tiers[to] = tier;
}

/* "A B WORD" to "WORD A B": what is before the word with its blank, and the
 * word, each turned round, and then both */
char *
hostlist_up(const char *list, unsigned char *tiers, char *to, char *word,
    size_t len)
{
	char *end = word + len;

	if (tiers != NULL)
		move_tier(tiers, hostlist_words(list, (size_t)(to - list)),
		    hostlist_words(list, (size_t)(word - list)));
	turn_round(to, word - 1);
	turn_round(word, end);
	turn_round(to, end);
	return to + len + 1;
}
