#include "account/accountchange.h"
#include <stdio.h>
#include <string.h>

void
accountchange_say(struct accountedit *e, enum accountwire_status status,
    const char *text)
{
	e->a->status = status;
	snprintf(e->a->text, sizeof e->a->text, "%s", text);
}

void
accountchange_failed(struct accountedit *e)
{
	switch (e->db->result) {
	case ACCOUNTDB_TAKEN:
		accountchange_say(e, ACCOUNTWIRE_TAKEN,
		    "there is one of this name");
		break;
	case ACCOUNTDB_BUSY:
		accountchange_say(e, ACCOUNTWIRE_LATER,
		    "another program writes to it");
		break;
	default: accountchange_say(e, ACCOUNTWIRE_LATER, e->db->fault);
	}
}

int64_t
accountchange_org(struct accountedit *e)
{
	static const char sql[] = "SELECT id FROM org WHERE name = ?1";
	int64_t id = 0;
	int r;

	if (e->org.p == NULL) {
		accountchange_say(e, ACCOUNTWIRE_BAD, "of which organisation?");
		return 0;
	}
	accountdb_use(e->db, sql);
	accountdb_put(e->db, e->org);
	r = accountdb_step(e->db);
	if (r == 1)
		id = accountdb_num(e->db, 0);
	else if (r == 0)
		accountchange_say(e, ACCOUNTWIRE_NONE,
		    "there is no such organisation");
	else
		accountchange_failed(e);
	accountdb_end(e->db);
	return id;
}

int
accountchange_show(struct accountedit *e, enum accountrow row,
    const char *whole)
{
	int r = accountdb_step(e->db);

	if (r == 0)
		accountchange_say(e, ACCOUNTWIRE_NONE, "there is none");
	else if (r == -1)
		accountchange_failed(e);
	if (r == 1 &&
	    (e->lines ? accountrow_line(e->db, row, whole, &e->out)
		      : accountrow_json(e->db, row, whole, &e->out)) != 0) {
		accountchange_say(e, ACCOUNTWIRE_LATER, "out of memory");
		r = 0;
	}
	accountdb_end(e->db);
	return r == 1;
}

int
accountchange_run(struct accountedit *e)
{
	if (accountdb_run(e->db) == 0)
		return 1;
	accountchange_failed(e);
	return 0;
}

void
accountchange_put(struct accountedit *e, enum accountwire_label label)
{
	struct slice s = e->q->value[label];

	if (s.p == NULL)
		accountdb_putnull(e->db);
	else
		accountdb_put(e->db, s);
}

void
accountchange_what(struct accountedit *e, const char *fmt, struct slice a,
    struct slice b)
{
	snprintf(e->what, sizeof e->what, fmt, (int)a.n, a.p, (int)b.n, b.p);
}
