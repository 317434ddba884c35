#include "queue/doubtword.h"
#include "base/num.h"
#include <string.h>

/* one of the words; NULL, or what is wrong */
static const char *
one_word(struct slice w, uint32_t max_s, struct doubtword *d)
{
	uint64_t s;

	if (word_is(w, "same-host"))
		d->same = 1;
	else if (word_is(w, "once"))
		d->once = 1;
	else if (word_is(w, "never"))
		d->never = 1;
	else if (num_scan_duration(w.p, w.n, max_s, &s) == 0 && s > 0)
		d->wait_s = (uint32_t)s;
	else
		return "doubt= has a time of 1s to 366d, same-host, once; or "
		       "never; or again";
	return NULL;
}

const char *
doubtword_scan(struct slice words, uint32_t max_s, struct doubtword *out)
{
	const struct doubtword none = { 0, 0, 0, 0 };
	const char *bad = NULL;
	struct slice w;

	*out = none;
	if (word_is(words, "again"))
		return NULL;
	if (words.n == 0 || words.p[words.n - 1] == ',')
		return one_word((struct slice){ "", 0 }, max_s, out);
	while (bad == NULL && word_piece(&words, ',', &w))
		bad = one_word(w, max_s, out);
	if (bad == NULL && out->never &&
	    (out->same || out->once || out->wait_s > 0))
		bad = "doubt=never has no other word: there is no attempt more";
	return bad;
}
