#include "base/list.h"
#include "tap.h"

struct thing {
	char name;
	struct list_node line;
};

/* their names from the first on, and again from the last on */
static const char *
names(const struct list *l)
{
	static char out[16];
	struct list_node *n;
	size_t len = 0;

	for (n = l->first; n != NULL; n = n->next)
		out[len++] = LIST_OF(n, struct thing, line)->name;
	out[len++] = ' ';
	for (n = l->last; n != NULL; n = n->prev)
		out[len++] = LIST_OF(n, struct thing, line)->name;
	out[len] = '\0';
	return out;
}

/* a step: a letter is appended, a capital one prepended, a letter behind '-'
 * removed, '<' takes the first */
static void
step(struct list *l, struct thing *t, const char **p)
{
	char c = *(*p)++;

	if (c == '-')
		list_remove(l, &t[*(*p)++ - 'a'].line);
	else if (c == '<')
		list_take(l);
	else if (c < 'a')
		list_prepend(l, &t[c - 'A'].line);
	else
		list_append(l, &t[c - 'a'].line);
}

static void
steps(void)
{
	static const struct {
		const char *steps, *want;
	} c[] = {
		{ "", " " },
		{ "a", "a a" },
		{ "A", "a a" },
		{ "abc", "abc cba" },
		{ "ABC", "cba abc" },
		{ "bA", "ab ba" },
		{ "abc-a", "bc cb" },
		{ "abc-b", "ac ca" },
		{ "abc-c", "ab ba" },
		{ "a-a", " " },
		{ "a-aa", "a a" },
		{ "abc-b-ab", "cb bc" },
		{ "<", " " },
		{ "a<", " " },
		{ "abc<", "bc cb" },
		{ "ab<<b", "b b" },
	};
	size_t i, k;
	const char *p;

	for (i = 0; i < sizeof c / sizeof c[0]; i++) {
		struct thing t[3] = { { .name = 'a' }, { .name = 'b' },
			{ .name = 'c' } };
		struct list l = { NULL, NULL };

		for (p = c[i].steps; *p != '\0';)
			step(&l, t, &p);
		is_str(names(&l), c[i].want, c[i].steps);
		while (list_take(&l) != NULL)
			;
		for (k = 0; k < 3; k++)
			if (t[k].line.prev != NULL || t[k].line.next != NULL)
				break;
		ok(k == 3, "who is in no list has no neighbours");
	}
}

int
main(void)
{
	struct list l = { NULL, NULL };
	struct thing t = { .name = 'a' };

	steps();
	ok(list_take(&l) == NULL, "nothing comes from an empty one");
	ok(LIST_OF(l.first, struct thing, line) == NULL, "nobody owns nothing");
	ok(LIST_OF(&t.line, struct thing, line) == &t, "a link has its owner");
	return done();
}
