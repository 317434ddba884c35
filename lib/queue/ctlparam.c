#include "queue/ctlparam.h"
#include "base/num.h"
#include <string.h>

enum param { FOR, REASON, POOL, HOST, TAG, NONE, ORDER, PARAMS };

static const char *const label_name[PARAMS] = { "for", "reason", "set-pool",
	"set-host", "set-tag", "none", "order" };
static const char *const word_name_of[NONE] = {
	"for=", "reason=", "pool=", "host=", "tag="
};

static const char *
read_for(struct ctlparam *c, struct slice v, int words)
{
	int r = words
	    ? num_scan_duration(v.p, v.n, CTLPARAM_FOR_MAX_S, &c->for_s)
	    : num_scan(v.p, v.n, 1, CTLPARAM_FOR_MAX_S, &c->for_s);

	return r == -1 || c->for_s == 0 ? "no time: say 30m, 2h or 3d" : NULL;
}

/* the value of one of them; NULL, or what is wrong */
static const char *
set(struct ctlparam *c, enum param what, struct slice v, int words)
{
	if (v.n == 0)
		return "empty";
	if (v.n > CTLPARAM_TEXT_MAX)
		return "too long";
	switch (what) {
	case FOR: return read_for(c, v, words);
	case REASON: c->reason = v; break;
	case POOL:
		if (!word_name(v.p, v.n))
			return "no name of a pool";
		c->pool = v;
		break;
	case HOST: c->host = v; break;
	case TAG:
		if (c->n_tag == CTLPARAM_TAGS_MAX)
			return "too many tags";
		c->tag[c->n_tag++] = v;
		break;
	case NONE: c->none = 1; break;
	case ORDER:
		if (num_scan(v.p, v.n, 1, INT64_MAX, &c->order) == -1)
			return "no number of an order";
		break;
	case PARAMS: break;
	}
	return NULL;
}

/* id:7, which no message can be called */
static int
is_order(const char *word)
{
	size_t n = strspn(word, "0123456789");

	return n > 0 && n < 19 && word[n] == '\0';
}

int
ctlparam_word(struct ctlparam *c, const char *word, const char **wrong)
{
	unsigned i;
	size_t n;

	for (i = 0; i < NONE; i++) {
		n = strlen(word_name_of[i]);
		if (strncmp(word, word_name_of[i], n) != 0)
			continue;
		*wrong = set(c, (enum param)i,
		    (struct slice){ word + n, strlen(word + n) }, 1);
		return 1;
	}
	*wrong = NULL;
	if (strcmp(word, "none") == 0) {
		c->none = 1;
		return 1;
	}
	if (strncmp(word, "id:", 3) != 0 || !is_order(word + 3))
		return 0;
	*wrong = set(c, ORDER, (struct slice){ word + 3, strlen(word + 3) }, 1);
	return 1;
}

int
ctlparam_label(struct ctlparam *c, const struct ltsv_field *f, char *text,
    size_t room, size_t *used, const char **wrong)
{
	unsigned i;
	long n;

	for (i = 0; i < PARAMS; i++)
		if (strlen(label_name[i]) == f->label_len &&
		    memcmp(label_name[i], f->label, f->label_len) == 0)
			break;
	if (i == PARAMS)
		return 0;
	n = ltsv_value(f, text + *used, room - *used);
	*wrong = n < 0 ? "too long"
		       : set(c, (enum param)i,
			     (struct slice){ text + *used, (size_t)n }, 0);
	if (n >= 0)
		*used += (size_t)n + 1;
	return 1;
}

static int
put(struct buf *b, enum param what, struct slice v)
{
	return v.n > 0 ? ltsv_put(b, label_name[what], v.p, v.n) : 0;
}

int
ctlparam_put(const struct ctlparam *c, struct buf *b)
{
	unsigned i;
	int k = 0;

	if (c->for_s > 0)
		k |= ltsv_putnum(b, "for", c->for_s);
	k |= put(b, REASON, c->reason);
	k |= put(b, POOL, c->pool);
	k |= put(b, HOST, c->host);
	for (i = 0; i < c->n_tag; i++)
		k |= put(b, TAG, c->tag[i]);
	if (c->none)
		k |= ltsv_puts(b, "none", "1");
	if (c->order > 0)
		k |= ltsv_putnum(b, "order", c->order);
	return k == 0 ? 0 : -1;
}

int
ctlparam_sets(const struct ctlparam *c)
{
	return c->pool.n > 0 || c->host.n > 0 || c->n_tag > 0;
}
