#include "milter/miltermacro.h"
#include "tap.h"

/* "C name=value name=value" */
static const char *
show(const char *lines, enum milter_stage stage, const char *rcpt,
    const struct milterterms *t)
{
	static char out[1000];
	struct buf env = { 0 }, b = { 0 };
	struct miltermail m = { .env = &env, .me = "mx.test", .daemon = "d" };
	struct milterpacket k;
	const char *p, *end;
	size_t n = 0;

	buf_puts(&env, lines);
	miltermail_make(&m);
	miltermacro_put(&b, t, &m, stage, 'X', rcpt);
	out[0] = '\0';
	if (milterpacket_get(buf_data(&b), buf_len(&b), &k) > 0) {
		p = k.data + 1;
		end = k.data + k.len;
		n = (size_t)snprintf(out, sizeof out, "%c%c", k.what,
		    k.data[0]);
		while (p < end) {
			const char *name = milterpacket_string(&p, end);

			n += (size_t)snprintf(out + n, sizeof out - n, " %s=%s",
			    name, milterpacket_string(&p, end));
		}
	}
	miltermail_free(&m);
	buf_free(&env);
	buf_free(&b);
	return out;
}

static void
defaults(void)
{
	static const struct milterterms none;
	static const struct {
		const char *env;
		enum milter_stage stage;
		const char *rcpt, *want;
	} t[] = {
		{ "client 192.0.2.1\nclient-name h.example\nport 25\n",
		    MILTER_AT_CONNECT, NULL,
		    "DX j=mx.test v=rohrpost {daemon_name}=d "
		    "_=h.example [192.0.2.1] {client_addr}=192.0.2.1 "
		    "{client_name}=h.example {client_ptr}=h.example "
		    "{client_port}=25 {client_resolve}=OK" },
		{ "client 2001:db8::1\n", MILTER_AT_CONNECT, NULL,
		    "DX j=mx.test v=rohrpost {daemon_name}=d "
		    "_=unknown [2001:db8::1] {client_addr}=2001:db8::1 "
		    "{client_name}=unknown {client_ptr}=unknown "
		    "{client_resolve}=FAIL" },
		{ "", MILTER_AT_CONNECT, NULL,
		    "DX j=mx.test v=rohrpost {daemon_name}=d "
		    "_=localhost [127.0.0.1] {client_addr}=127.0.0.1 "
		    "{client_name}=localhost {client_ptr}=localhost "
		    "{client_resolve}=OK" },
		{ "", MILTER_AT_HELO, NULL, "" },
		{ "tls TLSv1.2,ECDHE-RSA-AES128-GCM-SHA256,resumed\n",
		    MILTER_AT_HELO, NULL,
		    "DX {tls_version}=TLSv1.2 "
		    "{cipher}=ECDHE-RSA-AES128-GCM-SHA256" },
		{ "tls TLSv1.2\n", MILTER_AT_HELO, NULL,
		    "DX {tls_version}=TLSv1.2" },
		{ "from a@b.example\nuser ann\n", MILTER_AT_MAIL, NULL,
		    "DX {auth_type}=AUTH {auth_authen}=ann "
		    "{mail_addr}=a@b.example {mail_host}=b.example" },
		{ "from\nuser ann\nuuid u1\n", MILTER_AT_MAIL, NULL,
		    "DX {auth_type}=AUTH {auth_authen}=ann {mail_addr}= "
		    "{mail_host}= i=u1" },
		{ "uuid u1\n", MILTER_AT_RCPT, "c@d.example",
		    "DX {rcpt_addr}=c@d.example {rcpt_host}=d.example" },
		{ "uuid u1\n", MILTER_AT_EOM, NULL, "DX i=u1" },
		{ "uuid u1\n", MILTER_AT_EOH, NULL, "DX i=u1" },
		{ "uuid u1\n", MILTER_AT_DATA, NULL, "DX i=u1" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_str(show(t[i].env, t[i].stage, t[i].rcpt, &none), t[i].want,
		    t[i].want);
}

static void
chosen(void)
{
	static const char *const names[] = { "{client_addr}", "i",
		"{rcpt_addr}" };
	static const char env[] = "from a@b\nclient 192.0.2.1\nuuid u1\n";
	struct milterterms t = { .chosen = 1 << MILTER_AT_CONNECT |
		    1 << MILTER_AT_EOM };
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		t.macros[MILTER_AT_EOM] |= 1u
		    << miltermacro_find(names[i], strlen(names[i]));
	is_str(show(env, MILTER_AT_CONNECT, NULL, &t), "", "none are chosen");
	is_str(show(env, MILTER_AT_EOM, NULL, &t),
	    "DX {client_addr}=192.0.2.1 i=u1", "those of another stage");
	is_str(show(env, MILTER_AT_DATA, NULL, &t), "DX i=u1",
	    "of a stage without choice: ours");
	is_num(miltermacro_find("{i}", 3), miltermacro_find("i", 1),
	    "a short name in braces");
	is_num(miltermacro_find("{nothing}", 9), -1, "one that we have not");
	is_num(miltermacro_find("", 0), -1, "no name");
	is_num(miltermacro_find("{}", 2), -1, "nor in braces");
}

int
main(void)
{
	defaults();
	chosen();
	return done();
}
