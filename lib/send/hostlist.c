#include "send/hostlist.h"

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

/* "A B WORD" to "WORD A B": what is before the word with its blank, and the
 * word, each turned round, and then both */
char *
hostlist_up(char *to, char *word, size_t len)
{
	char *end = word + len;

	turn_round(to, word - 1);
	turn_round(word, end);
	turn_round(to, end);
	return to + len + 1;
}
