/* what everybody gets: what is missing is put in, what is private goes */
#include "fix/complete.h"
#include "tap.h"
#include <stdlib.h>

#define FULL "Message-ID: <m@x>\nDate: d\nFrom: x@a.example\n"
#define ENV "from s@a.example\nto r@b.example\n"

static const struct {
	const char *header, *after; /* NULL: as it was */
} cases[] = {
	{ FULL, NULL },
	{ "X-Uuid: u7\nFrom: x@a.example\nDate: d\n",
	    "X-Uuid: u7\nFrom: x@a.example\nDate: d\nMessage-ID: <u7@a.example>\n" },
	{ "X-Uuid: u7\nMessage-ID: <m@x>\nFrom: x@a.example\n",
	    "X-Uuid: u7\nMessage-ID: <m@x>\nFrom: x@a.example\nDate: Sun, 22 Nov 2026 00:00:00 +0000\n" },
	{ "X-Uuid: u7\nMESSAGE-ID:\ndate : \nfrom: x@a.example\n",
	    "X-Uuid: u7\nMessage-ID: <u7@a.example>\nDate: Sun, 22 Nov 2026 00:00:00 +0000\nfrom: x@a.example\n" },
	{ "Message-ID:\n" FULL "Date:\nMESSAGE-ID : \n", FULL },
	{ "From:\n" FULL "From: \n", FULL },
	{ "Message-ID: <>\nFrom: \"\" <>\n" FULL "Date:\n\t<>\n", FULL },
	{ "Message-ID: <m@x>\nDate: d\n", NULL },
	{ "Bcc: x\n" FULL
	  "bcc :\n y,\n z\nReturn-Path: <r@x>\nRESENT-BCC: v\nX-Bcc: u\nbcc: t\n",
	    FULL "X-Bcc: u\n" },
	{ FULL "no field\nReturn-Path: <r@x>\nTo: y\n",
	    FULL "no field\nTo: y@me.example\n" },
	{ FULL "To: Bcc: x@z\n Bcc: y@z\n", NULL },
	{ "Message-ID: <m@x>\nDate: d\nFrom: root (Cron)\nno field\n"
	  "to: bob,\n A <al>, c@d.example.\nX-To: y\nSubject: to z\n",
	    "Message-ID: <m@x>\nDate: d\nFrom: root@me.example (Cron)\nno field\n"
	    "to: bob@me.example,\n A <al@me.example>, c@d.example\nX-To: y\nSubject: to z\n" },
	{ FULL "Cc: x y, \"a@b\" <c@d>, e:;\n", NULL },
	{ FULL "To: bob\nDKIM-Signature: v=1\n", NULL },
};

static const struct {
	const char *env, *header, *front;
} traces[] = {
	{ "client 192.0.2.1\n", FULL,
	    "Received: from unknown ([192.0.2.1])\n\tby me.example with SMTP;\n\tSun, 22 Nov 2026 00:00:00 +0000\n" },
	{ "client 192.0.2.1\nproto ESMTP\nclient-name c.example\nhelo h\n",
	    FULL,
	    "Received: from h (c.example [192.0.2.1])\n\tby me.example with ESMTP;\n\tSun, 22 Nov 2026 00:00:00 +0000\n" },
	{ "client 192.0.2.1\n",
	    "Received: from x\n\tby ME.example with ESMTP;\n\tdate\n" FULL,
	    "" },
	{ "client 192.0.2.1\n", "Received: by me.example; date\n" FULL, "" },
	{ "client 192.0.2.1\n", "Received: by xme.example; date\n" FULL, NULL },
	{ "client 192.0.2.1\n", "Received: by me.example.org; date\n" FULL,
	    NULL },
	{ "client 192.0.2.1\n",
	    "Received: by other; date\nReceived: by me.example; date\n" FULL,
	    NULL },
	{ "proto local\n", FULL, "" },
};

/* header, front, each with a NUL behind it */
static struct buf header, front;

static void
complete(struct fix_mail *m, const char *env, const char *text, int add_from)
{
	static const unsigned char rnd[TOKEN_RANDOM_LEN];
	struct fix_site site = { .me = "me.example", .add_from = add_from };
	struct fixfacts f;
	struct buf e = { 0 };

	memset(&f, 0, sizeof f);
	memset(m, 0, sizeof *m);
	f.me = site.me;
	f.now = 1795305600; /* 2026-11-22 00:00 */
	f.header = text;
	f.header_len = strlen(text);
	buf_clear(&header);
	buf_clear(&front);
	buf_puts(&e, env);
	buf_puts(&header, text);
	m->header = &header;
	m->front = &front;
	if (fixfacts_read(&f, &e, rnd) == -1 ||
	    fixcomplete(m, &f, &site) == -1 || buf_putc(&header, '\0') == -1 ||
	    buf_putc(&front, '\0') == -1)
		abort();
	fixfacts_free(&f);
	buf_free(&e);
}

static void
headers(void)
{
	struct fix_mail m;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		complete(&m, ENV, cases[i].header, 0);
		is_str(buf_data(&header),
		    cases[i].after == NULL ? cases[i].header : cases[i].after,
		    cases[i].header);
		is_num(m.changed, cases[i].after != NULL, "changed");
		is_str(buf_data(&front), "", "nothing in front");
		is_num(fixcomplete_needed(cases[i].header,
			   strlen(cases[i].header)),
		    m.changed, "is known before");
	}
}

static void
trace(void)
{
	struct fix_mail m;
	size_t i;

	for (i = 0; i < sizeof traces / sizeof traces[0]; i++) {
		complete(&m, traces[i].env, traces[i].header, 0);
		if (traces[i].front != NULL)
			is_str(buf_data(&front), traces[i].front,
			    traces[i].header);
		else
			ok(strncmp(buf_data(&front), "Received: ", 10) == 0,
			    traces[i].header);
		is_num(m.changed, 0, "the header stays");
	}
}

static void
authors(void)
{
	static const char none[] = "Message-ID: <m@x>\nDate: d\n";
	struct fix_mail m;

	complete(&m, ENV, none, 1);
	is_str(buf_data(&header),
	    "Message-ID: <m@x>\nDate: d\nFrom: s@a.example\n",
	    "From, when asked for");
	complete(&m, "from a..b@a.example\n", none, 1);
	is_str(buf_data(&header),
	    "Message-ID: <m@x>\nDate: d\nFrom: \"a..b\"@a.example\n",
	    "as a field may have it");
	complete(&m, "from \nto r@b.example\n", none, 1);
	is_num(m.changed, 0, "not of the null sender");
	complete(&m, ENV, none, 0);
	is_num(m.changed, 0, "nor else");
}

int
main(void)
{
	headers();
	trace();
	authors();
	buf_free(&header);
	buf_free(&front);
	return done();
}
