#include "account/accountword.h"
#include "base/ascii.h"
#include "conf/word.h"

/* what each act names, so many of them at least, and what may be said behind
 * that as LABEL=VALUE */
static const struct {
	const char *act, *names, *more;
	unsigned least, takes_secret;
} acts[] = {
	{ "org-add", "org", "tenant senders", 1, 0 },
	{ "org-set", "org", "tenant senders state", 1, 0 },
	{ "org-del", "org", "", 1, 0 },
	{ "org-list", "", "", 0, 0 },
	{ "user-add", "org name role", "", 3, 1 },
	{ "user-set", "org name", "role state", 2, 1 },
	{ "user-del", "org name", "", 2, 0 },
	{ "user-list", "org", "", 0, 0 },
	{ "key-add", "org role", "scopes senders clients expires rate name", 2,
	    0 },
	{ "key-revoke", "name", "", 1, 0 },
	{ "key-list", "org", "", 0, 0 },
};
enum { ACTS = sizeof acts / sizeof *acts };

static struct slice
slice(const char *p)
{
	return (struct slice){ p, strlen(p) };
}

static int
label_of(struct slice word)
{
	return ascii_which(accountwire_labels, ACCOUNTWIRE_LABELS, word.p,
	    word.n);
}

/* is it one of a list with blanks between them? */
static int
is_among(const char *list, struct slice word)
{
	struct slice rest = slice(list), one;

	while (word_piece(&rest, ' ', &one))
		if (one.n == word.n && memcmp(one.p, word.p, one.n) == 0)
			return 1;
	return 0;
}

/* LABEL=VALUE; 0, or -1 */
static int
take_more(const char *more, const char *word, struct accountwire_question *q)
{
	const char *equals = strchr(word, '=');
	struct slice label;

	if (equals == NULL || equals == word)
		return -1;
	label = (struct slice){ word, (size_t)(equals - word) };
	if (!is_among(more, label) || q->value[label_of(label)].p != NULL)
		return -1;
	q->value[label_of(label)] = slice(equals + 1);
	return 0;
}

const char *
accountword_read(char **argv, int secret, struct accountwire_question *q)
{
	int act = 0;
	unsigned n = 0;
	struct slice names, name;

	while (act < ACTS && strcmp(acts[act].act, argv[0]) != 0)
		act++;
	if (act == ACTS)
		return "there is no such act";
	q->value[ACCOUNTWIRE_ACT] = slice(*argv++);
	names = slice(acts[act].names);
	while (*argv != NULL && word_piece(&names, ' ', &name) && name.n > 0) {
		q->value[label_of(name)] = slice(*argv++);
		n++;
	}
	if (n < acts[act].least)
		return "it is not said of what";
	for (; *argv != NULL; argv++)
		if (take_more(acts[act].more, *argv, q) == -1)
			return "a word that this act does not take, or twice";
	return secret && !acts[act].takes_secret ? "this act takes no password"
						 : NULL;
}
