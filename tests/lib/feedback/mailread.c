/* whole messages: what is read of them, and from where */
#include "feedback/mailread.h"
#include "base/buf.h"
#include "tap.h"
#include <stdlib.h>

#define DAEMON "From: MAILER-DAEMON@mx.example\nTo: ann@x.example\n"
#define DSN DAEMON "Content-Type: multipart/report; boundary=B\n\n"
#define STATUS "--B\nContent-Type: message/delivery-status\n\n"

/* kind:address,orcpt,action,text,fields;... */
static const struct {
	const char *name, *mail, *want;
} cases[] = {
	{ "fields",
	    DSN STATUS "Reporting-MTA: dns; mx\n\nFinal-Recipient: "
		       "rfc822;b@y.example\nAction: failed\n"
		       "Diagnostic-Code: smtp; 550 no\n--B--\n",
	    "1:b@y.example,,failed,550 no,1;" },
	{ "a reason that only the text has",
	    DSN "--B\n\nb@y.example: 552 full\n" STATUS
		"Final-Recipient: rfc822;b@y.example\nAction: failed\n--B--\n",
	    "1:b@y.example,,failed,b@y.example: 552 full,1;" },
	{ "fields in the text",
	    DAEMON "Subject: Delivery Status Notification\n\nAn error:\n\n"
		   "Action: failed\nFinal-Recipient: rfc822; b@y.example\n"
		   "Status: 5.1.1\nDiagnostic-Code: smtp; 550 no\n",
	    "1:b@y.example,,failed,550 no,1;" },
	{ "an action that is not said",
	    DSN STATUS "Final-Recipient: rfc822;b@y.example\n--B--\n",
	    "1:b@y.example,,failed,,1;" },
	{ "words only",
	    DAEMON "Subject: failure notice\n\ncould not be delivered\n"
		   "<b@y.example>:\n550 no\n",
	    "1:b@y.example,,failed,550 no,0;" },
	{ "late, by its words",
	    DAEMON "Subject: Warning: message delayed\n\n"
		   "has been delayed\n<b@y.example>:\n451 later\n",
	    "1:b@y.example,,delayed,451 later,0;" },
	{ "a file behind an address",
	    DAEMON "X-Failed-Recipients: b@y.example\nContent-Type: "
		   "multipart/report; boundary=B\n\n" STATUS
		   "Final-Recipient: rfc822;/var/mail/b\nAction: failed\n"
		   "Diagnostic-Code: x; full\n--B--\n",
	    "1:/var/mail/b,b@y.example,failed,full,1;" },
	{ "a report that was sent on",
	    DAEMON "Subject: Undelivered Mail\n\nsorry\n\n"
		   "Received: x\nFrom: MAILER-DAEMON@z.example\n"
		   "Content-Type: multipart/report; boundary=B\n\n" STATUS
		   "Final-Recipient: rfc822;b@y.example\nAction: failed\n"
		   "Diagnostic-Code: smtp; 550 no\n--B--\n",
	    "1:b@y.example,,failed,550 no,1;" },
	{ "a notice in JSON",
	    "From: no-reply@sns.example\n\n{\"notificationType\":\"Bounce\","
	    "\"bouncedRecipients\":[{\"emailAddress\":\"b@y.example\"}]}\n",
	    "1:b@y.example,,failed,,1;" },
	{ "a complaint in JSON",
	    "From: no-reply@sns.example\n\n{\"notificationType\":"
	    "\"Complaint\",\"complainedRecipients\":[{\"emailAddress\":"
	    "\"b@y.example\"}]}\n",
	    "2:b@y.example,,failed,,0;" },
	{ "nobody",
	    DAEMON "Subject: failure notice\n\ncould not be delivered\n",
	    "1:" },
	{ "no report", "From: ann@x.example\n\nhi b@y.example\n", "0:" },
};

static void
show(struct buf *b, const struct mailread *m)
{
	const struct feedreport_rcpt *r = m->report.rcpt;
	size_t i;

	buf_clear(b);
	buf_printf(b, "%d:", m->kind);
	for (i = 0; i < m->report.n; i++)
		buf_printf(b, "%s,%s,%s,%s,%u;", r[i].address, r[i].orcpt,
		    r[i].action, r[i].text, m->structured);
	buf_putc(b, '\0');
}

int
main(void)
{
	struct mailread *m = malloc(sizeof *m);
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memset(m, 0, sizeof *m);
		ok(mailread(m, cases[i].mail, strlen(cases[i].mail), -1) == 0,
		    "is read");
		show(&b, m);
		is_str(buf_data(&b), cases[i].want, cases[i].name);
		mailread_free(m);
	}
	free(m);
	buf_free(&b);
	return done();
}
