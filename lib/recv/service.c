#include "recv/service.h"
#include "base/ascii.h"
#include "smtp/extension.h"
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	enum service_word bit;
} words[] = {
	{ "submission", SERVICE_SUBMISSION },
	{ "plain-auth", SERVICE_PLAIN_AUTH },
	{ "no-bdat", SERVICE_NO_BDAT },
	{ "lmtp", SERVICE_LMTP },
	{ "header-rcpts", SERVICE_HEADER_RCPTS },
};
enum { WORDS = sizeof words / sizeof *words };

int
service_words(const char *s, unsigned *set)
{
	const char *end;
	unsigned i;

	for (;; s = end + 1) {
		end = strchrnul(s, ',');
		for (i = 0; i < WORDS; i++)
			if (ascii_is(s, end - s, words[i].name))
				break;
		if (i == WORDS || *set & words[i].bit)
			return -1;
		*set |= words[i].bit;
		if (*end == '\0')
			return (*set & SERVICE_LMTP) &&
				(*set &
				    (SERVICE_SUBMISSION | SERVICE_HEADER_RCPTS))
			    ? -1
			    : 0;
	}
}

uint32_t
service_offer(const struct service_facts *f)
{
	uint32_t set = EXTENSION_SERVED | EXTENSION_SMTPUTF8 |
	    EXTENSION_MTPRIORITY | EXTENSION_DELIVERBY | EXTENSION_LIMITS;

	/* EXTERNAL, for those who ask */
	if (f->certificate && !f->by_auth)
		set |= EXTENSION_AUTH;
	if (f->asks && !f->login && (f->tls || f->words & SERVICE_PLAIN_AUTH))
		set |= EXTENSION_AUTH;
	if (!(f->words & SERVICE_NO_BDAT))
		set |= EXTENSION_CHUNKING;
	/* of a submission: RFC 4865.  VIOLATIONS.md: FUTURERELEASE-OURS */
	if (f->words & SERVICE_SUBMISSION || f->ours)
		set |= EXTENSION_FUTURERELEASE;
	/* never in clear: RFC 8689 section 2 */
	if (f->tls)
		set |= EXTENSION_REQUIRETLS;
	if (f->xclient)
		set |= EXTENSION_XCLIENT;
	return set;
}

uint32_t
service_taken(const struct service_facts *f)
{
	return f->asks || f->certificate ? EXTENSION_AUTH : 0;
}

void
service_proto(char out[SERVICE_PROTO_ROOM], const struct service_facts *f)
{
	int lmtp = (f->words & SERVICE_LMTP) != 0;
	int other = f->words & (SERVICE_QMTP | SERVICE_QMQP);
	int extended = lmtp || f->esmtp || f->utf8;

	if (other != 0) {
		snprintf(out, SERVICE_PROTO_ROOM, "%s",
		    other & SERVICE_QMTP ? "QMTP" : "QMQP");
		return;
	}
	snprintf(out, SERVICE_PROTO_ROOM, "%s%s%s%s",
	    f->utf8                 ? "UTF8"
		: extended && !lmtp ? "E"
				    : "",
	    lmtp ? "LMTP" : "SMTP", extended && f->tls ? "S" : "",
	    extended && f->by_auth ? "A" : "");
}
