#include "account/accountchange.h"
#include "account/accountname.h"
#include <stdio.h>
#include <string.h>

/* a place for what it goes on behind, or for its beginning */
static void
put_after(struct accountedit *e, struct slice s)
{
	accountdb_put(e->db, s.p == NULL ? (struct slice){ "", 0 } : s);
}

static void
put_org(struct accountedit *e)
{
	if (e->org.p == NULL)
		accountdb_putnull(e->db);
	else
		accountdb_put(e->db, e->org);
}

static int
put_row(struct accountedit *e, enum accountrow row)
{
	if (e->lines)
		return accountrow_line(e->db, row, NULL, &e->out);
	if (buf_putc(&e->out, buf_len(&e->out) == 0 ? '[' : ',') == -1)
		return -1;
	return accountrow_json(e->db, row, NULL, &e->out);
}

/* by what the row that was shown last is found again */
static void
note(struct accountedit *e, enum accountrow row,
    char out[ACCOUNTWIRE_USER_MAX + 1])
{
	struct slice a = accountdb_text(e->db, 0);
	struct slice b = { "", 0 };

	if (row == ACCOUNTROW_USER)
		b = accountdb_text(e->db, 1);
	snprintf(out, ACCOUNTWIRE_USER_MAX + 1, "%.*s%s%.*s", (int)a.n, a.p,
	    b.n > 0 ? "/" : "", (int)b.n, b.p);
}

/* rows until there are no more, or an answer would be too long */
static void
list(struct accountedit *e, enum accountrow row)
{
	char last[ACCOUNTWIRE_USER_MAX + 1] = "";
	size_t whole = 0;
	int r;

	while ((r = accountdb_step(e->db)) == 1) {
		if (put_row(e, row) != 0) {
			accountchange_say(e, ACCOUNTWIRE_LATER,
			    "out of memory");
			return;
		}
		/* the bracket at its end, too */
		if (!e->lines && buf_len(&e->out) >= ACCOUNTWIRE_JSON_MAX) {
			e->out.end = e->out.off + whole;
			memcpy(e->a->next, last, sizeof last);
			break;
		}
		whole = buf_len(&e->out);
		note(e, row, last);
	}
	if (r == -1)
		accountchange_failed(e);
	else if (!e->lines &&
	    (whole == 0 ? buf_puts(&e->out, "[]") : buf_putc(&e->out, ']')) ==
		-1)
		accountchange_say(e, ACCOUNTWIRE_LATER, "out of memory");
}

void
accountlist_orgs(struct accountedit *e)
{
	static const char sql[] =
	    ACCOUNTROW_ORGS "WHERE (?1 IS NULL OR o.name = ?1) AND o.name > ?2"
			    " ORDER BY o.name";

	accountdb_use(e->db, sql);
	put_org(e);
	put_after(e, e->q->value[ACCOUNTWIRE_AFTER]);
	list(e, ACCOUNTROW_ORG);
}

void
accountlist_users(struct accountedit *e)
{
	static const char sql[] = ACCOUNTROW_USERS
	    "WHERE (?1 IS NULL OR o.name = ?1) AND (o.name, u.name) > (?2, ?3)"
	    " ORDER BY o.name, u.name";
	struct slice org, name;

	if (e->org.p != NULL && accountchange_org(e) == 0)
		return;
	accountname_split(e->q->value[ACCOUNTWIRE_AFTER], &org, &name);
	accountdb_use(e->db, sql);
	put_org(e);
	put_after(e, org);
	put_after(e, name);
	list(e, ACCOUNTROW_USER);
}

void
accountlist_keys(struct accountedit *e)
{
	static const char sql[] = ACCOUNTROW_KEYS
	    "WHERE (?1 IS NULL OR o.name = ?1) AND k.id > ?2 ORDER BY k.id";

	if (e->org.p != NULL && accountchange_org(e) == 0)
		return;
	accountdb_use(e->db, sql);
	put_org(e);
	put_after(e, e->q->value[ACCOUNTWIRE_AFTER]);
	list(e, ACCOUNTROW_KEY);
}
