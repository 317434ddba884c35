#include "recv/ownfix.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "conf/tablelookup.h"
#include "fix/complete.h"
#include "mail/header.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static const struct lookup no_rules = { lookup_none, NULL };

/* one that cannot be read may have rules: mail-fix knows what to do then */
static void
look(struct ownfix *o)
{
	struct lookup l = { tablelookup_get, &o->table };
	struct rulesearch r;

	if (access(o->path, F_OK) == -1 && errno == ENOENT)
		o->has_rules = 0;
	else
		o->has_rules = !o->table.open ||
		    rulesearch_load(&r, &l) == -1 || r.kinds[0] != '\0';
}

void
ownfix_open(struct ownfix *o, const char *confdir, const char *me)
{
	memset(o, 0, sizeof *o);
	if (asprintf(&o->path, "%s/fix.cdb", confdir) == -1)
		die(EXIT_TEMP, "out of memory");
	table_open(&o->table, o->path);
	o->site.me = me;
	o->site.rules = &no_rules;
	o->site.loaded = &o->rules;
	o->looked_ms = clock_mono_ms();
	look(o);
}

static enum ownfix_result
complete(struct ownfix *o, struct incoming *l, const char *p, size_t n)
{
	struct buf header = { 0 }, front = { 0 };
	struct fix_mail m = { .env = &l->item.env,
		.header = &header,
		.front = &front,
		.now = clock_wall_s() };
	int r = -1;

	if (getrandom(m.rnd, sizeof m.rnd, 0) == sizeof m.rnd &&
	    buf_put(&header, p, n) == 0 &&
	    fix_message(&o->site, &m) == FIX_PASS &&
	    (buf_len(&front) == 0 ||
		buf_put(&front, buf_data(&header), buf_len(&header)) == 0))
		r = incoming_set_head(l, n,
		    buf_len(&front) == 0 ? &header : &front);
	buf_free(&header);
	buf_free(&front);
	return r == 0 ? OWNFIX_DONE : OWNFIX_FULL;
}

enum ownfix_result
ownfix_letter(struct ownfix *o, struct incoming *l)
{
	const char *p = buf_data(&l->item.text), *e;
	size_t n = buf_len(&l->item.text);
	int64_t now = clock_mono_ms();

	if (now - o->looked_ms >= TABLE_CHECK_MS) {
		o->looked_ms = now;
		table_check(&o->table);
		look(o);
	}
	if (o->has_rules || l->item.fd != -1)
		return OWNFIX_LINK;
	/* the header, without its empty line */
	e = n == 0 || *p == '\n' ? p : memmem(p, n, "\n\n", 2);
	if (e != NULL && e != p)
		e++;
	if (n > 0)
		n = e == NULL ? n : (size_t)(e - p);
	return n > HEADER_MAX          ? OWNFIX_LINK
	    : fixcomplete_needed(p, n) ? complete(o, l, p, n)
				       : OWNFIX_DONE;
}
