#include "milter/milterchange.h"
#include "milter/milterenv.h"
#include "milter/milterheader.h"

static void
quarantine(struct milterchange *c, const char *why)
{
	size_t i;

	c->quarantine = 1;
	for (i = 0; why[i] != '\0' && i < sizeof c->reason - 1; i++)
		c->reason[i] = why[i] >= 0x20 && why[i] < 0x7f ? why[i] : '?';
	c->reason[i] = '\0';
}

/* a field; where the message begins with none they all stand in front of it */
static int
field(struct milterchange *c, const struct milterreply *r)
{
	enum milterheader_space space =
	    c->space ? MILTERHEADER_SPACE : MILTERHEADER_AS_IS;
	struct buf *h = c->header;
	int in_front =
	    buf_len(c->front) > 0 || !header_fits(buf_data(h), buf_len(h), 1);
	int x;

	if (!milterheader_name(r->name))
		return 0;
	if (r->what == MILTERREPLY_CHGHEADER && !in_front)
		x = milterheader_change(h, c->own, r->index, r->name, r->value,
		    space);
	else if (r->what == MILTERREPLY_CHGHEADER && *r->value == '\0')
		return 0;
	else if (in_front)
		x = milterheader_put(c->front, r->name, r->value, space);
	else
		x = milterheader_insert(h,
		    r->what == MILTERREPLY_INSHEADER ? r->index : UINT32_MAX,
		    r->name, r->value, space);
	c->changed = 1;
	return x == -1 ? -1 : 1;
}

/* 1: done; 0: it cannot be; -1 */
static int
one(struct milterchange *c, const struct milterreply *r)
{
	switch (r->what) {
	case MILTERREPLY_ADDHEADER:
	case MILTERREPLY_INSHEADER:
	case MILTERREPLY_CHGHEADER: return field(c, r);
	case MILTERREPLY_ADDRCPT:
		return milterenv_add(c->env, r->name, r->value);
	case MILTERREPLY_DELRCPT: return milterenv_delete(c->env, r->name);
	case MILTERREPLY_CHGFROM:
		return milterenv_from(c->env, r->name, r->value);
	case MILTERREPLY_QUARANTINE: quarantine(c, r->value); return 1;
	default: return 0;
	}
}

int
milterchange(struct milterchange *c, const char *p, size_t n)
{
	struct milterpacket k;
	struct milterreply r;
	long used;
	int x;

	for (; (used = milterpacket_get(p, n, &k)) > 0; p += used, n -= used) {
		x = milterreply_read(&k, &r) == -1 ? 0 : one(c, &r);
		if (x == -1)
			return -1;
		c->done += x == 1;
		c->undone += x == 0;
	}
	return 0;
}
