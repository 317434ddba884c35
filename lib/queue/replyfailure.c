#include "queue/replyfailure.h"
#include "failure/words.h"
#include "format/ltsv.h"
#include <string.h>

struct slice
replyfailure_plain(struct slice v, char *room, size_t cap)
{
	struct ltsv_field f = { .value = v.p, .value_len = v.n };
	long n = ltsv_value(&f, room, cap);

	return n < 0 ? v : (struct slice){ room, (size_t)n };
}

void
replyfailure(struct failuretable *t, const char *reply, size_t n,
    const char *event, struct failure *out)
{
	struct failure_facts f = { .event = { event, strlen(event) } };
	struct slice rest = { reply, n };
	char text[WORDS_TEXT_MAX];

	word_piece(&rest, ' ', &f.esc);
	word_piece(&rest, ' ', &f.host);
	if (rest.p != NULL)
		f.text = replyfailure_plain(rest, text, sizeof text);
	failuretable_look(t, &f, out);
}
