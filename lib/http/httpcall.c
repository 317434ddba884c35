#include "http/httpcall.h"
#include "base/die.h"
#include "base/exit.h"
#include "http/httpcurl.h"
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

static void
begin(struct httpcall *c)
{
	CURL *e;

	if (c->easy != NULL)
		return;
	httpcurl_begin();
	e = c->easy = need(curl_easy_init());
	httpcurl_strict(e, "http,https");
	httpcurl_tls(e, c->cafile);
	curl_easy_setopt(e, CURLOPT_SSLCERT, c->certfile);
	curl_easy_setopt(e, CURLOPT_SSLKEY,
	    c->keyfile != NULL ? c->keyfile : c->certfile);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->why);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, httpcurl_ms(c->wait_ms));
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
	    httpcurl_ms(c->connect_ms));
	httpcurl_take(e, &c->taken);
}

/* to be freed */
static struct curl_slist *
set_request(CURL *e, const struct httpcall_request *r)
{
	/* no pause for a 100 that many servers never send */
	struct curl_slist *fields = need(curl_slist_append(NULL, "Expect:"));
	size_t i;

	for (i = 0; i < r->n_fields; i++)
		need(curl_slist_append(fields, r->fields[i]));
	curl_easy_setopt(e, CURLOPT_URL, r->url);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, r->n > 0 ? r->body : "");
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->n);
	curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, r->method);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, fields);
	return fields;
}

static enum https_fault
fault_of(CURLcode r)
{
	switch (r) {
	case CURLE_OK: return HTTPS_GOOD;
	case CURLE_COULDNT_RESOLVE_HOST: return HTTPS_NO_ADDRESS;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR: return HTTPS_CERT;
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_OUT_OF_MEMORY:
	case CURLE_URL_MALFORMAT:
	case CURLE_FAILED_INIT: return HTTPS_LOCAL;
	default: return HTTPS_NO_ANSWER;
	}
}

static const char *
reason(struct httpcall *c, CURLcode r)
{
	if (c->taken.full)
		snprintf(c->why, sizeof c->why, "longer than %zu bytes",
		    c->most);
	else if (r == CURLE_OPERATION_TIMEDOUT)
		snprintf(c->why, sizeof c->why, "no answer in time");
	else if (r == CURLE_OK)
		snprintf(c->why, sizeof c->why, "no status of three digits");
	else if (c->why[0] == '\0')
		snprintf(c->why, sizeof c->why, "%s", curl_easy_strerror(r));
	return c->why;
}

static void
judge(struct httpcall *c, CURLcode r, struct https_answer *a)
{
	const char *said = NULL;

	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &a->status);
	if (a->status < 100 || a->status > 999)
		a->status = 0;
	curl_easy_getinfo(c->easy, CURLINFO_CONTENT_TYPE, &said);
	if (said != NULL) {
		snprintf(c->type, sizeof c->type, "%s", said);
		a->type = c->type;
	}
	a->n = buf_len(&c->taken.body);
	a->body = a->n > 0 ? buf_data(&c->taken.body) : "";
	a->fault = c->taken.full ? HTTPS_TOO_LARGE
	    : r != CURLE_OK      ? fault_of(r)
	    : a->status == 0     ? HTTPS_NO_ANSWER
				 : HTTPS_GOOD;
	a->text = a->fault == HTTPS_GOOD ? "" : reason(c, r);
}

void
httpcall(struct httpcall *c, const struct httpcall_request *r,
    struct https_answer *a)
{
	struct curl_slist *fields;
	CURLcode code;

	begin(c);
	buf_clear(&c->taken.body);
	c->taken.most = c->most;
	c->taken.header = 0;
	c->taken.full = 0;
	c->why[0] = '\0';
	memset(a, 0, sizeof *a);
	fields = set_request(c->easy, r);
	code = curl_easy_perform(c->easy);
	curl_slist_free_all(fields);
	judge(c, code, a);
}

const char *
httpcall_field(struct httpcall *c, const char *name)
{
	struct curl_header *h;

	if (c->easy == NULL ||
	    curl_easy_header(c->easy, name, 0, CURLH_HEADER, -1, &h) !=
		CURLHE_OK)
		return NULL;
	return h->value;
}

void
httpcall_close(struct httpcall *c)
{
	if (c->easy != NULL)
		curl_easy_cleanup(c->easy);
	c->easy = NULL;
	buf_free(&c->taken.body);
}
