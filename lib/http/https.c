#include "http/https.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "http/httpcurl.h"
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* the end of a request */

static void
forget(struct https *h)
{
	unsigned i;

	for (i = 0; i < 2; i++)
		if (h->asking & 1u << i)
			resolve_cancel(&h->query[i]);
	h->asking = 0;
	loop_timer_stop(&h->timer);
	if (h->easy != NULL) {
		curl_multi_remove_handle(h->client->multi, h->easy);
		curl_easy_cleanup(h->easy);
	}
	curl_slist_free_all(h->fields);
	curl_slist_free_all(h->known);
	h->easy = h->fields = h->known = NULL;
	h->busy = 0;
}

void
https_cancel(struct https *h)
{
	if (!h->busy)
		return;
	forget(h);
	buf_free(&h->taken.body);
}

/* libcurl takes other numbers, too, behind some versions; 0: none came */
static long
status_of(const struct https *h)
{
	long status = 0;

	if (h->easy != NULL)
		curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &status);
	return status >= 100 && status <= 999 ? status : 0;
}

/* what is in the request goes before done(), which may free it or begin anew */
static void
finish(struct https *h, enum https_fault fault, const char *why)
{
	char type[HTTPS_TYPE_MAX + 1], text[HTTPS_REASON_MAX + 1];
	struct buf body = h->taken.body;
	struct https_answer a = { .fault = fault, .status = status_of(h) };
	const char *said = NULL;

	if (h->easy != NULL)
		curl_easy_getinfo(h->easy, CURLINFO_CONTENT_TYPE, &said);
	if (said != NULL) {
		snprintf(type, sizeof type, "%s", said);
		a.type = type;
	}
	snprintf(text, sizeof text, "%s", why);
	a.text = text;
	a.n = buf_len(&body);
	a.body = a.n > 0 ? buf_data(&body) : "";
	memset(&h->taken.body, 0, sizeof h->taken.body);
	forget(h);
	h->done(h->arg, &a);
	buf_free(&body);
}

static void
on_late(void *arg)
{
	struct https *h = arg;

	finish(h, h->easy == NULL ? HTTPS_NO_ADDRESS : HTTPS_NO_ANSWER,
	    "no answer in time");
}

/* what libcurl says of it */

/* its own texts name files of ours behind the reason */
static void
cut_reason(char *why)
{
	char *p = strstr(why, " CAfile:");

	if (p != NULL)
		*p = '\0';
	why[strcspn(why, "\r\n")] = '\0';
}

static enum https_fault
fault_of(CURLcode r)
{
	switch (r) {
	case CURLE_OK: return HTTPS_GOOD;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CERTPROBLEM: return HTTPS_CERT;
	case CURLE_FILESIZE_EXCEEDED: return HTTPS_TOO_LARGE;
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_OUT_OF_MEMORY:
	case CURLE_FAILED_INIT: return HTTPS_LOCAL;
	default: return HTTPS_NO_ANSWER;
	}
}

static void
on_end(struct https *h, CURLcode r)
{
	char why[sizeof h->why];

	if (r == CURLE_OK && status_of(h) == 0) {
		finish(h, HTTPS_NO_ANSWER, "no status of three digits");
		return;
	}
	memcpy(why, h->why, sizeof why);
	cut_reason(why);
	if (r == CURLE_OPERATION_TIMEDOUT)
		snprintf(why, sizeof why, "no answer in time");
	else if (h->taken.full)
		snprintf(why, sizeof why, "longer than %zu bytes", h->most);
	else if (why[0] == '\0')
		snprintf(why, sizeof why, "%s", curl_easy_strerror(r));
	finish(h, h->taken.full ? HTTPS_TOO_LARGE : fault_of(r), why);
}

static void
take_ends(struct https_client *c)
{
	CURLMsg *m;
	CURLcode r;
	struct https *h;
	int left;

	while ((m = curl_multi_info_read(c->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		r = m->data.result;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &h);
		on_end(h, r);
	}
}

/* libcurl in our loop */

struct socket {
	struct loop_io io;
	struct https_client *client;
	curl_socket_t fd;
};

static void
act(struct https_client *c, curl_socket_t fd, int how)
{
	int running;

	if (curl_multi_socket_action(c->multi, fd, how, &running) != CURLM_OK)
		die(EXIT_TEMP, "libcurl is broken");
	take_ends(c);
}

/* the socket may go in there */
static void
on_ready(void *arg, int events)
{
	struct socket *s = arg;

	act(s->client, s->fd,
	    (events & LOOP_READ ? CURL_CSELECT_IN : 0) |
		(events & LOOP_WRITE ? CURL_CSELECT_OUT : 0));
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct https_client *c = arg;
	struct socket *s = known;
	int events = (what & CURL_POLL_IN ? LOOP_READ : 0) |
	    (what & CURL_POLL_OUT ? LOOP_WRITE : 0);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (s != NULL)
			loop_io_stop(&s->io);
		free(s);
		return 0;
	}
	if (s != NULL) {
		loop_io_want(&s->io, events);
		return 0;
	}
	s = need(calloc(1, sizeof *s));
	s->client = c;
	s->fd = fd;
	curl_multi_assign(c->multi, fd, s);
	loop_io_start(&s->io, fd, events, on_ready, s);
	return 0;
}

static void
on_time(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int
on_timer(CURLM *multi, long ms, void *arg)
{
	struct https_client *c = arg;
	int n = clock_factor() > 1 ? clock_factor() : 1;

	(void)multi;
	if (ms < 0)
		loop_timer_stop(&c->timer);
	else
		loop_timer_set(&c->timer, (int64_t)ms * n, on_time, c);
	return 0;
}

static void
begin(struct https_client *c)
{
	if (c->multi != NULL)
		return;
	httpcurl_begin();
	c->multi = need(curl_multi_init());
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
}

/* a transfer */

/* nothing is kept from one request to the next */
static void
set_alone(CURL *e)
{
	curl_easy_setopt(e, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
}

static void
set_post(struct https *h)
{
	char type[HTTPS_TYPE_MAX + 20];

	if (h->post == NULL)
		return;
	snprintf(type, sizeof type, "Content-Type: %s", h->type);
	h->fields = need(curl_slist_append(NULL, type));
	/* no pause for a 100 that many servers never send */
	need(curl_slist_append(h->fields, "Expect:"));
	curl_easy_setopt(h->easy, CURLOPT_POSTFIELDS, h->post);
	curl_easy_setopt(h->easy, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)h->post_len);
	curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, h->fields);
}

/* where the host is: libcurl would ask the system's name servers; '+', or it
 * would remember it for good */
static void
set_addresses(struct https *h)
{
	struct buf b = { 0 };
	char ip[IP_TEXT];
	unsigned i;

	needs(buf_printf(&b, "+%s:%u:", h->to.host, h->to.port));
	for (i = 0; i < h->n_address; i++) {
		hostaddr_text(&h->address[i], ip);
		needs(buf_printf(&b, "%s%s%s%s", i == 0 ? "" : ",",
		    h->address[i].family == 6 ? "[" : "", ip,
		    h->address[i].family == 6 ? "]" : ""));
	}
	needs(buf_putc(&b, '\0'));
	h->known = need(curl_slist_append(NULL, buf_data(&b)));
	buf_free(&b);
	curl_easy_setopt(h->easy, CURLOPT_RESOLVE, h->known);
}

static void
set_target(struct https *h)
{
	struct buf b = { 0 };
	int slash = h->to.path.n == 0 || h->to.path.p[0] != '/';

	needs(buf_printf(&b, "https://%s:%u%s%.*s", h->to.host, h->to.port,
	    slash ? "/" : "", (int)h->to.path.n, h->to.path.p));
	needs(buf_putc(&b, '\0'));
	curl_easy_setopt(h->easy, CURLOPT_URL, buf_data(&b));
	buf_free(&b);
	set_addresses(h);
}

static void
transfer(struct https *h)
{
	int64_t left = h->until_ms - clock_mono_ms();
	CURL *e = need(curl_easy_init());

	h->easy = e;
	curl_easy_setopt(e, CURLOPT_PRIVATE, h);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, h->why);
	httpcurl_strict(e, "https");
	httpcurl_tls(e, h->client->cafile);
	set_alone(e);
	set_target(h);
	set_post(h);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, httpcurl_ms(left));
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
	    httpcurl_ms(HTTPS_CONNECT_MS));
	httpcurl_take(e, &h->taken);
	if (curl_multi_add_handle(h->client->multi, e) != CURLM_OK)
		finish(h, HTTPS_LOCAL, "libcurl is broken");
}

/* where the host is */

static void
take_address(struct https *h, int family, const unsigned char *ip)
{
	struct hostaddr *a = &h->address[h->n_address];

	memset(a, 0, sizeof *a);
	a->family = (unsigned char)family;
	memcpy(a->ip, ip, family == 4 ? 4 : 16);
	if (hostaddr_sane(a, &h->client->policy) &&
	    !hostaddr_own(a, &h->client->policy))
		h->n_address++;
	else
		h->nonsense = 1;
}

static void
on_addresses(struct https *h, unsigned which, const struct resolve_answer *r)
{
	static const int len[2] = { 4, 16 }, family[2] = { 4, 6 };
	unsigned i;

	h->asking &= ~(1u << which);
	/* half of them at most, so that both kinds are tried */
	for (i = 0; i < r->n && i < HTTPS_ADDRESSES_MAX / 2; i++)
		if (r->len[i] == len[which])
			take_address(h, family[which], r->data[i]);
	if (r->status == RESOLVE_FAILED)
		snprintf(h->why, sizeof h->why, "no address: %s", r->text);
	if (h->asking != 0)
		return;
	if (h->n_address > 0) {
		h->why[0] = '\0';
		transfer(h);
	} else {
		finish(h, HTTPS_NO_ADDRESS,
		    h->nonsense             ? "no address outside of here"
			: h->why[0] == '\0' ? "no address"
					    : h->why);
	}
}

static void
on_a(void *arg, const struct resolve_answer *r)
{
	on_addresses(arg, 0, r);
}

static void
on_aaaa(void *arg, const struct resolve_answer *r)
{
	on_addresses(arg, 1, r);
}

int
https_start(struct https_client *c, struct https *h)
{
	if (httpsurl_scan(h->url, strlen(h->url), &h->to) == -1)
		return -1;
	begin(c);
	h->client = c;
	h->busy = 1;
	h->n_address = h->nonsense = h->taken.full = 0;
	h->taken.header = 0;
	h->taken.most = h->most;
	h->why[0] = '\0';
	memset(h->query, 0, sizeof h->query);
	h->until_ms = clock_mono_ms() + h->wait_ms;
	loop_timer_set(&h->timer, h->wait_ms, on_late, h);
	h->query[0].type = RESOLVE_A;
	h->query[0].done = on_a;
	h->query[1].type = RESOLVE_AAAA;
	h->query[1].done = on_aaaa;
	h->query[0].arg = h->query[1].arg = h;
	h->query[0].name = h->query[1].name = h->to.host;
	h->asking = 3;
	resolve_ask(c->dns, &h->query[0]);
	resolve_ask(c->dns, &h->query[1]);
	return 0;
}
