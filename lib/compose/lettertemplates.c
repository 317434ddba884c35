#include "compose/lettertemplates.h"
#include "compose/composehead.h"
#include "compose/members.h"
#include <stdlib.h>

static int
compile(struct lettertemplates *t, const json_t *j, enum mustache_kind kind,
    const json_t *partials, struct compose_fault *f)
{
	struct lettertemplate *one;
	struct slice s = members_slice(j);

	/* what is no string is said where the message is made */
	if (!json_is_string(j))
		return 0;
	one = realloc(t->one, (t->n + 1) * sizeof *one);
	if (one == NULL)
		return composefault_memory(f);
	t->one = one;
	one = &t->one[t->n++];
	memset(one, 0, sizeof *one);
	one->string = j;
	one->kind = kind;
	return mustache_compile(&one->compiled, s.p, s.n, partials, f);
}

static int
compile_field(struct lettertemplates *t, const json_t *j,
    const json_t *partials, struct compose_fault *f)
{
	size_t i, n = json_array_size(j);

	if (!json_is_array(j))
		return compile(t, j, MUSTACHE_LINE, partials, f);
	for (i = 0; i < n; i++)
		if (compile(t, json_array_get(j, i), MUSTACHE_LINE, partials,
			f) == -1)
			return composefault_at(f, i);
	return 0;
}

static int
compile_fields(struct lettertemplates *t, json_t *fields,
    const json_t *partials, struct compose_fault *f)
{
	const char *name;
	json_t *value;

	if (json_object_size(fields) > COMPOSEHEAD_FIELDS_MAX)
		return composefault_say(f, "more than 100");
	json_object_foreach(fields, name,
	    value) if (!composehead_of_addresses(name) &&
	    compile_field(t, value, partials, f) ==
		-1) return composefault_in(f, name);
	return 0;
}

int
lettertemplates_compile(struct lettertemplates *t,
    json_t *const m[LETTER_MEMBERS], const json_t *partials,
    struct compose_fault *f)
{
	static const struct {
		enum letter_member member;
		enum mustache_kind kind;
	} texts[] = { { LETTER_SUBJECT, MUSTACHE_LINE },
		{ LETTER_TEXT, MUSTACHE_TEXT }, { LETTER_AMP, MUSTACHE_HTML },
		{ LETTER_HTML, MUSTACHE_HTML } };
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++)
		if (compile(t, m[texts[i].member], texts[i].kind, partials,
			f) == -1)
			return composefault_in(f,
			    letter_names[texts[i].member]);
	return compile_fields(t, m[LETTER_HEADERS], partials, f) == -1
	    ? composefault_in(f, letter_names[LETTER_HEADERS])
	    : 0;
}

void
lettertemplates_free(struct lettertemplates *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		mustache_free(&t->one[i].compiled);
	free(t->one);
	t->one = NULL;
	t->n = 0;
}

int
letterrender(void *arg, const json_t *j, struct slice *s,
    struct compose_fault *f)
{
	struct letterrender *r = arg;
	const struct lettertemplates *t = r->templates;
	size_t i;

	for (i = 0; i < t->n && t->one[i].string != j; i++)
		;
	if (i == t->n)
		return 0;
	buf_clear(&r->out);
	if (mustache_render(&t->one[i].compiled, t->one[i].kind, r->values,
		t->strict, &r->out, f) == -1)
		return -1;
	s->p = buf_len(&r->out) == 0 ? "" : buf_data(&r->out);
	s->n = buf_len(&r->out);
	return 0;
}
