#include "failure/replytable.h"
#include "conf/tablelookup.h"

void
replytable_open(struct replytable *t, const char *confdir)
{
	memset(&t->regex, 0, sizeof t->regex);
	/* they have no faults: tests/lib/failure/replyfile.c looks */
	sitetable_open(&t->table, confdir, &conffile_replies, "reply rules");
}

void
replytable_look(struct replytable *t, const struct reply_facts *f,
    struct reply *out)
{
	struct lookup l = { tablelookup_get, &t->table.site };

	if (sitetable_check(&t->table)) {
		if (reply_look(&l, f, &t->regex, out) == 0)
			return;
		sitetable_damaged(&t->table);
	}
	l.arg = &t->table.shipped.table;
	reply_look(&l, f, &t->regex, out);
}
