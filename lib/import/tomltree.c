#include "import/toml.h"

int
toml_wrong(struct toml_reader *r, const char *why)
{
	if (r->t->why == NULL)
		r->t->why = why;
	return -1;
}

struct toml_node *
toml_at(struct toml *t, uint32_t i)
{
	return (struct toml_node *)(void *)buf_data(&t->nodes) + i;
}

const struct toml_node *
toml_node(const struct toml *t, uint32_t i)
{
	return (const struct toml_node *)(const void *)buf_data(&t->nodes) + i;
}

struct slice
toml_key(const struct toml *t, const struct toml_node *n)
{
	return (struct slice){
		n->key_len == 0 ? "" : buf_data(&t->bytes) + n->key_at,
		n->key_len
	};
}

struct slice
toml_text(const struct toml *t, const struct toml_node *n)
{
	return (struct slice){
		n->text_len == 0 ? "" : buf_data(&t->bytes) + n->text_at,
		n->text_len
	};
}

uint32_t
toml_find(const struct toml *t, uint32_t parent, struct slice key)
{
	uint32_t i = toml_node(t, parent)->first;
	struct slice k;

	for (; i != 0; i = toml_node(t, i)->next) {
		k = toml_key(t, toml_node(t, i));
		if (k.n == key.n && (k.n == 0 || memcmp(k.p, key.p, k.n) == 0))
			return i;
	}
	return 0;
}

const struct toml_node *
toml_child(const struct toml *t, const struct toml_node *n, const char *key)
{
	uint32_t parent = (uint32_t)(n - toml_node(t, 0));
	uint32_t i = toml_find(t, parent, (struct slice){ key, strlen(key) });

	return i == 0 ? NULL : toml_node(t, i);
}

uint32_t
toml_add(struct toml_reader *r, uint32_t parent, enum toml_kind kind,
    struct slice key)
{
	struct toml_node n = { .kind = kind, .line = r->t->line }, *p;
	uint32_t i = (uint32_t)(buf_len(&r->t->nodes) / sizeof n);

	if (i == TOML_NODES_MAX) {
		toml_wrong(r, "more than 100000 values");
		return 0;
	}
	n.key_at = buf_len(&r->t->bytes);
	n.key_len = key.n;
	/* a key may be a part of these bytes, which move */
	if ((key.n > 0 && buf_reserve(&r->t->bytes, key.n) == -1) ||
	    buf_put(&r->t->nodes, &n, sizeof n) == -1) {
		toml_wrong(r, "out of memory");
		return 0;
	}
	if (key.n > 0) {
		memcpy(buf_tail(&r->t->bytes), key.p, key.n);
		buf_added(&r->t->bytes, key.n);
	}
	p = toml_at(r->t, parent);
	if (p->last == 0)
		p->first = i;
	else
		toml_at(r->t, p->last)->next = i;
	p->last = i;
	return i;
}

void
toml_free(struct toml *t)
{
	buf_free(&t->nodes);
	buf_free(&t->bytes);
	memset(t, 0, sizeof *t);
}
