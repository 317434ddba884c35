#include "compose/members.h"
#include "compose/mustachenode.h"
#include "mime/charset.h"
#include <stdio.h>

struct render {
	const struct mustache *m;
	enum mustache_kind kind;
	int strict;
	const json_t *around[MUSTACHE_DEPTH_MAX + 1]; /* from outer to inner */
	unsigned depth;
	size_t steps, start;
	struct buf *out;
	struct compose_fault *fault;
};

static const char *
text_of(const struct render *r, const struct mustache_node *node)
{
	return buf_data(&r->m->text) + node->at;
}

/* the first part is looked for from the inside to the outside, the others in
 * what it is; NULL: not there */
static const json_t *
look_up(const struct render *r, const struct mustache_node *node)
{
	const char *p = text_of(r, node), *end = p + node->len;
	const json_t *j = NULL;
	unsigned i;

	if (p[0] == '.' && p[1] == '\0')
		return r->around[r->depth - 1];
	for (i = r->depth; j == NULL && i > 0; i--)
		j = json_object_get(r->around[i - 1], p);
	for (p += strlen(p) + 1; j != NULL && p < end; p += strlen(p) + 1)
		j = json_object_get(j, p);
	return j;
}

static int
is_true(const json_t *j)
{
	if (json_is_array(j))
		return json_array_size(j) > 0;
	if (json_is_string(j))
		return json_string_length(j) > 0;
	if (json_is_number(j))
		return json_number_value(j) != 0;
	return j != NULL && !json_is_null(j) && !json_is_false(j);
}

static const char *
entity(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	default: return "&#39;";
	}
}

static int
put_escaped(struct buf *b, struct slice s)
{
	size_t i, plain = 0;

	for (i = 0; i < s.n; i++) {
		if (strchr("&<>\"'", s.p[i]) == NULL || s.p[i] == '\0')
			continue;
		if (buf_put(b, s.p + plain, i - plain) == -1 ||
		    buf_puts(b, entity(s.p[i])) == -1)
			return -1;
		plain = i + 1;
	}
	return buf_put(b, s.p + plain, s.n - plain);
}

/* a name as it was written, in what is said of it */
static int
say_of(const struct render *r, const struct mustache_node *node,
    const char *why)
{
	char text[COMPOSEFAULT_WHY_LEN], name[MUSTACHE_NAME_MAX + 1];
	size_t i;

	for (i = 0; i + 1 < node->len; i++) {
		name[i] = text_of(r, node)[i];
		if (name[i] == '\0')
			name[i] = '.';
		else if (name[i] < ' ' || name[i] > '~')
			name[i] = '?';
	}
	name[i] = '\0';
	snprintf(text, sizeof text, "{{%.60s}}: %s", name, why);
	return composefault_say(r->fault, text);
}

static int
put_value(struct render *r, const struct mustache_node *node)
{
	const json_t *j = look_up(r, node);
	char room[MEMBERS_NUMBER_ROOM];
	struct slice s;
	int k;

	if (j == NULL)
		return r->strict ? say_of(r, node, "is not there") : 0;
	if (json_is_null(j))
		return 0;
	if (members_text(j, &s, room) == -1)
		return say_of(r, node, "is no text");
	if (r->kind == MUSTACHE_LINE)
		k = charset_clean(r->out, s.p, s.n);
	else if (r->kind == MUSTACHE_HTML && node->what == MUSTACHE_VALUE)
		k = put_escaped(r->out, s);
	else
		k = buf_put(r->out, s.p, s.n);
	return k == -1 ? composefault_memory(r->fault) : 0;
}

static int put_nodes(struct render *, size_t from, size_t to);

/* the pieces of one, with this value innermost */
static int
put_within(struct render *r, size_t i, const json_t *j)
{
	int k;

	r->around[r->depth++] = j;
	k = put_nodes(r, i + 1, r->m->node[i].end);
	r->depth--;
	return k;
}

static int
put_section(struct render *r, size_t i)
{
	const json_t *j = look_up(r, &r->m->node[i]);
	int inverted = r->m->node[i].what == MUSTACHE_INVERTED;
	size_t k, n;

	if (is_true(j) == inverted)
		return 0;
	if (inverted)
		return put_nodes(r, i + 1, r->m->node[i].end);
	if (!json_is_array(j))
		return put_within(r, i, j);
	n = json_array_size(j);
	for (k = 0; k < n; k++)
		if (put_within(r, i, json_array_get(j, k)) == -1)
			return -1;
	return 0;
}

static int
put_node(struct render *r, size_t i)
{
	const struct mustache_node *node = &r->m->node[i];

	if (++r->steps > MUSTACHE_STEPS_MAX ||
	    buf_len(r->out) - r->start > MUSTACHE_OUT_MAX)
		return composefault_say(r->fault,
		    r->steps > MUSTACHE_STEPS_MAX
			? "more than 1000000 pieces are rendered"
			: "more than 16 MiB are rendered");
	switch (node->what) {
	case MUSTACHE_PLAIN:
		return buf_put(r->out, text_of(r, node), node->len) == -1
		    ? composefault_memory(r->fault)
		    : 0;
	case MUSTACHE_VALUE:
	case MUSTACHE_RAW: return put_value(r, node);
	default: return put_section(r, i);
	}
}

static int
put_nodes(struct render *r, size_t from, size_t to)
{
	size_t i = from;

	while (i < to) {
		if (put_node(r, i) == -1)
			return -1;
		i = r->m->node[i].what >= MUSTACHE_SECTION ? r->m->node[i].end
							   : i + 1;
	}
	return 0;
}

int
mustache_render(const struct mustache *m, enum mustache_kind kind,
    const json_t *values, int strict, struct buf *out, struct compose_fault *f)
{
	struct render r = { .m = m,
		.kind = kind,
		.strict = strict,
		.around = { values },
		.depth = 1,
		.out = out,
		.start = buf_len(out),
		.fault = f };

	if (put_nodes(&r, 0, m->n) == -1)
		return -1;
	return buf_len(out) - r.start <= MUSTACHE_OUT_MAX
	    ? 0
	    : composefault_say(f, "more than 16 MiB are rendered");
}
