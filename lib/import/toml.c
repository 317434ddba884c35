#include "import/toml.h"
#include "base/ascii.h"

/* keys */

/* each key of KEY.KEY, as a part of `bytes' of its own */
struct path {
	struct buf bytes;
	size_t at[TOML_PATH_MAX], len[TOML_PATH_MAX];
	unsigned n;
};

static struct slice
part(const struct path *p, unsigned i)
{
	return (struct slice){
		p->len[i] == 0 ? "" : buf_data(&p->bytes) + p->at[i], p->len[i]
	};
}

/* one key at the end of the path */
static int
read_key(struct toml_reader *r, struct path *p)
{
	size_t before = buf_len(&r->t->bytes), n;
	const char *start = r->p;

	if (p->n == TOML_PATH_MAX)
		return toml_wrong(r, "a path that is too long");
	if (r->p < r->end && (*r->p == '"' || *r->p == '\'')) {
		if (toml_string(r, 0) == -1)
			return -1;
		n = buf_len(&r->t->bytes) - before;
		start = n == 0 ? "" : buf_data(&r->t->bytes) + before;
		r->t->bytes.end -= n;
	} else {
		while (r->p < r->end &&
		    (ascii_alnum(*r->p) || *r->p == '_' || *r->p == '-'))
			r->p++;
		n = (size_t)(r->p - start);
		if (n == 0)
			return toml_wrong(r, "no key");
	}
	p->at[p->n] = buf_len(&p->bytes);
	p->len[p->n++] = n;
	return n > 0 && buf_put(&p->bytes, start, n) == -1
	    ? toml_wrong(r, "out of memory")
	    : 0;
}

static int
read_path(struct toml_reader *r, struct path *p)
{
	for (;;) {
		toml_skip(r, 0);
		if (read_key(r, p) == -1)
			return -1;
		toml_skip(r, 0);
		if (r->p == r->end || *r->p != '.')
			return 0;
		r->p++;
	}
}

/* the table below this one: the last one of an array of tables; 0: none */
static uint32_t
enter(struct toml_reader *r, uint32_t table, struct slice key)
{
	uint32_t i = toml_find(r->t, table, key);
	struct toml_node *n;

	if (i == 0)
		return toml_add(r, table, TOML_TABLE, key);
	n = toml_at(r->t, i);
	if (n->kind == TOML_ARRAY && n->last != 0)
		i = n->last;
	n = toml_at(r->t, i);
	if (n->kind == TOML_TABLE && !n->closed)
		return i;
	toml_wrong(r, "a key that has a value already");
	return 0;
}

static int
pair(struct toml_reader *r, uint32_t table)
{
	struct path p = { .n = 0 };
	int bad = read_path(r, &p);
	unsigned i;

	if (bad == 0 && (r->p == r->end || *r->p != '='))
		bad = toml_wrong(r, "no = behind a key");
	for (i = 0; bad == 0 && i + 1 < p.n; i++) {
		table = enter(r, table, part(&p, i));
		bad = table == 0 ? -1 : 0;
	}
	if (bad == 0 && toml_find(r->t, table, part(&p, p.n - 1)) != 0)
		bad = toml_wrong(r, "a key that has a value already");
	if (bad == 0) {
		r->p++;
		toml_skip(r, 0);
		bad = toml_value(r, table, part(&p, p.n - 1));
	}
	buf_free(&p.bytes);
	return bad;
}

/* [PATH] or [[PATH]]: the table that follows */
static int
header(struct toml_reader *r, uint32_t *table)
{
	struct path p = { .n = 0 };
	int many = r->end - r->p > 1 && r->p[1] == '[', bad;
	const char *end = many ? "]]" : "]";
	struct slice last;
	uint32_t t = 0, a;
	unsigned i;

	r->p += many ? 2 : 1;
	bad = read_path(r, &p);
	if (bad == 0 &&
	    ((size_t)(r->end - r->p) < strlen(end) ||
		memcmp(r->p, end, strlen(end)) != 0))
		bad = toml_wrong(r, "a [ that is not closed");
	for (i = 0; bad == 0 && i + (unsigned)many < p.n; i++) {
		t = enter(r, t, part(&p, i));
		bad = t == 0 ? -1 : 0;
	}
	if (bad == 0 && many) {
		last = part(&p, p.n - 1);
		a = toml_find(r->t, t, last);
		if (a == 0)
			a = toml_add(r, t, TOML_ARRAY, last);
		else if (toml_at(r->t, a)->kind != TOML_ARRAY)
			a = 0;
		t = a == 0
		    ? 0
		    : toml_add(r, a, TOML_TABLE, (struct slice){ "", 0 });
		if (t == 0)
			bad = toml_wrong(r, "a key that has a value already");
	}
	if (bad == 0) {
		r->p += strlen(end);
		*table = t;
	}
	buf_free(&p.bytes);
	return bad;
}

int
toml_read(struct toml *t, const char *text, size_t n)
{
	struct toml_reader r = { t, text, text + n, 0, pair };
	const struct toml_node root = { .kind = TOML_TABLE, .line = 1 };
	uint32_t table = 0;

	buf_clear(&t->nodes);
	buf_clear(&t->bytes);
	t->line = 1;
	t->why = NULL;
	if (buf_put(&t->nodes, &root, sizeof root) == -1)
		return toml_wrong(&r, "out of memory");
	for (;;) {
		toml_skip(&r, 1);
		if (r.p == r.end)
			return 0;
		if ((*r.p == '[' ? header(&r, &table) : pair(&r, table)) == -1)
			return -1;
		toml_skip(&r, 0);
		if (r.p < r.end && *r.p != '\n' && *r.p != '#')
			return toml_wrong(&r, "more than one thing in a line");
	}
}
