/* may mail go there: lists, rules that send all the same, what is said */
#include "suppress/suppressask.h"
#include "cdbfile.h"
#include "suppress/suppressfile.h"
#include "suppressdir.h"
#include "tap.h"

enum { NOW = 1790000000 };

static struct suppressask *ask;

static struct suppressask_mail
mail(const char *to, const char *from, const char *tenant, const char *stream)
{
	return (struct suppressask_mail){ .to = suppressdir_slice(to),
		.from = suppressdir_slice(from),
		.tenant = suppressdir_slice(tenant),
		.stream = suppressdir_slice(stream) };
}

static int
asked(const char *to, const char *from, const char *tenant, const char *stream)
{
	struct suppressask_mail m = mail(to, from, tenant, stream);

	ask->list.checked_ms -= SUPPRESSED_CHECK_MS;
	ask->rules.table.checked_ms -= TABLE_CHECK_MS;
	return suppressask(ask, &m, NOW);
}

static void
doors(void)
{
	struct suppressask_mail m = mail("joe@example.org", "x@y", "", "");

	m.user = suppressdir_slice("ann");
	suppressask_door(ask, &m);
	ok(word_is(m.tenant, "acme") && word_is(m.stream, "orders"),
	    "a login is known by rule");
	m = mail("joe@example.org", "x@y", "", "");
	suppressask_door(ask, &m);
	ok(m.tenant.n == 0 && m.stream.n == 0, "another is not");
}

int
main(void)
{
	struct suppressask_mail m;

	suppressdir_make();
	ask = suppressask_open(suppressdir, suppressdir);
	is_num(asked("joe@example.org", "a@b", "acme", ""), 0, "nobody");
	suppressdir_add(SUPPRESSLINE_ADD, "acme", "*", "joe@example.org",
	    1780000000, 0);
	is_num(asked("joe@example.org", "a@b", "acme", ""), 1, "without rules");
	is_str(ask->text, "suppressed since 2026-05-28: unknown-user", "why");
	is_num(asked("joe@example.org", "", "acme", ""), 0,
	    "reports go to everybody");
	m = mail("joe@example.org", "a@b", "acme", "orders");
	is_num(suppressask_reports(ask, &m), 1, "a report without rules");
	cdbfile(suppressdir, &conffile_suppress,
	    "stream:orders reason:unknown-user send\n"
	    "stream:* report:no\nuser:ann door:acme/orders\n");
	is_num(asked("joe@example.org", "a@b", "acme", "orders"), 0,
	    "a rule sends");
	is_num(asked("joe@example.org", "a@b", "acme", "news"), 1,
	    "others do not go");
	is_num(suppressask_reports(ask, &m), 0, "and no report");
	doors();
	unlink(suppressdir_path("suppress.cdb"));
	is_num(asked("joe@example.org", "a@b", "acme", "orders"), 1,
	    "without the table there is no rule");
	suppressdir_raw("suppress.cdb", "nonsense", 8);
	is_num(asked("joe@example.org", "a@b", "acme", "orders"), -1,
	    "a damaged one");
	is_num(asked("other@example.org", "a@b", "acme", "orders"), 0,
	    "matters only to who is suppressed");
	unlink(suppressdir_path("journal"));
	suppressdir_raw("journal", "nonsense", 8);
	is_num(asked("other@example.org", "a@b", "acme", "orders"), -1,
	    "a damaged journal to everybody");
	suppressdir_remove();
	return done();
}
