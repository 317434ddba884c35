#include "api/apicall.h"
#include "base/die.h"
#include "chain/event.h"
#include "compose/compose.h"
#include "httpd/httpstatus.h"
#include "recv/party.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* what is said */

/* the event of a refusal, unless so many are told that it is in a sum */
void
apicall_tell(struct apicall *call, struct apiconn *c, unsigned status,
    const char *detail, const char *esc)
{
	char ip[IP_TEXT];
	unsigned char bytes[IP_LEN];
	struct api *api = c->server->arg;

	if (!refused_tell(&api->in->refused, c->ip,
		call != NULL && call->who.known, status))
		return;
	event_begin("rejected");
	if (c->known) {
		memcpy(bytes, c->ip, sizeof bytes);
		event_puts("client",
		    ip_text(bytes, ip_unmap(bytes, IP_LEN), ip));
	}
	event_puts("proto", c->over_tls ? "HTTPS" : "HTTP");
	if (call != NULL && call->who.known) {
		event_puts("user", call->who.user);
		event_puts("tenant", call->who.tenant);
	}
	event_num("code", status);
	if (esc != NULL)
		event_puts("esc", esc);
	event_puts("text", detail);
	event_end();
}

/* fields that go with a status; more has room for them */
const char *
apicall_with_status(unsigned status, unsigned retry_s, char more[160])
{
	static const char want[] =
	    "WWW-Authenticate: Bearer realm=\"rohrpost\"\r\n"
	    "WWW-Authenticate: Basic realm=\"rohrpost\", charset=\"UTF-8\"\r\n";

	if (status == 401)
		return want;
	if (retry_s == 0)
		return "";
	snprintf(more, 160, "Retry-After: %u\r\n", retry_s);
	return more;
}

void
apicall_problem(struct apiconn *c, unsigned status, const char *detail,
    const char *esc, const char *fields, int head)
{
	struct buf b = { 0 };

	needs(httpstatus_problem(&b, status,
	    (struct slice){ detail, strlen(detail) }, esc));
	apiconn_answer(c,
	    &(struct apiconn_answer){ .status = status,
		.type = "application/problem+json",
		.more = fields,
		.content = { buf_data(&b), buf_len(&b) },
		.no_content = head != 0 });
	buf_free(&b);
}

void
apicall_refuse(struct apicall *call, unsigned status, const char *detail,
    const char *esc, unsigned retry_s)
{
	struct apiconn *c = call->conn;
	char more[160];

	if (c == NULL)
		return;
	apicall_tell(call, c, status, detail, esc);
	apicall_problem(c, status, detail, esc,
	    apicall_with_status(status, retry_s, more), call->head);
}

/* its life */

struct party *
apicall_party(struct apicall *call)
{
	struct parties *all = &call->api->in->store.parties;
	struct party *p;

	if (!call->who.known)
		return call->conn->party;
	p = party_login(all, call->who.org);
	return p == NULL && call->conn != NULL ? call->conn->party : p;
}

static void
drop_body(struct apicall *call)
{
	struct incoming_store *store = &call->api->in->store;

	buf_free(&call->body);
	if (call->charged == 0)
		return;
	share_give(&store->share, SHARE_MEMORY, &call->party->share,
	    call->charged);
	party_check(&store->parties, call->party);
	call->charged = 0;
}

void
apicall_free(struct apicall *call)
{
	if (call->conn != NULL || call->open > 0 || call->next < call->n ||
	    call->pumping)
		return;
	drop_body(call);
	if (call->letter != NULL)
		incoming_free(call->letter);
	httpcred_wipe(&call->cred);
	if (call->compose != NULL)
		compose_close(call->compose);
	free(call->compose);
	apiadapt_free(&call->from);
	apiresult_free(call->result, call->n);
	free(call);
}
