#include "milter/miltermail.h"
#include "tap.h"

static const char env_text[] = "from a@b.example\n"
			       "to c@d.example NOTIFY=NEVER ORCPT=rfc822;c@d\n"
			       "to \"e f\"@g.example\n"
			       "client 192.0.2.1\n"
			       "client 192.0.2.2\n"
			       "helo a\\tb\\0c\n"
			       "to h@i.example\n"
			       "unknown x\n";

int
main(void)
{
	static const char *const want[] = {
		"c@d.example|NOTIFY=NEVER ORCPT=rfc822;c@d",
		"\"e f\"@g.example|", "h@i.example|"
	};
	struct buf env = { 0 }, address = { 0 }, args = { 0 };
	struct miltermail m = { .env = &env };
	char got[200];
	size_t at = 0, i;

	is_num(miltermail_make(&m), 0, "no envelope");
	ok(miltermail_fact(&m, MILTERMAIL_FROM) == NULL, "no sender");
	is_num(miltermail_rcpt(&m, &at, &address, &args), 0, "no recipient");
	buf_puts(&env, env_text);
	is_num(miltermail_make(&m), 0, "an envelope");
	is_str(miltermail_fact(&m, MILTERMAIL_FROM), "a@b.example", "sender");
	is_str(miltermail_fact(&m, MILTERMAIL_CLIENT), "192.0.2.1",
	    "the first of two");
	is_str(miltermail_fact(&m, MILTERMAIL_HELO), "a\tb c", "escapes");
	ok(miltermail_fact(&m, MILTERMAIL_TLS) == NULL, "what is not there");
	for (i = 0; i < 3; i++) {
		is_num(miltermail_rcpt(&m, &at, &address, &args), 1,
		    "a recipient");
		snprintf(got, sizeof got, "%s|%s", buf_data(&address),
		    buf_data(&args));
		is_str(got, want[i], "address and parameters");
	}
	is_num(miltermail_rcpt(&m, &at, &address, &args), 0, "no more");
	is_str(miltermail_domain("a@b@c"), "c", "a domain");
	is_str(miltermail_domain("postmaster"), "", "none");
	miltermail_free(&m);
	buf_free(&env);
	buf_free(&address);
	buf_free(&args);
	return done();
}
