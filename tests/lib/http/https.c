/* HTTPS against a server of the test: certificates, manners, limits */
#include "http/https.h"
#include "base/clock.h"
#include "base/die.h"
#include "dnsfake.h"
#include "httpsfake.h"
#include "looprun.h"
#include "tap.h"
#include <stdlib.h>

static const struct dnsfake_record zone[] = {
	{ "good.test", DNSFAKE_A, "127.0.0.1", 0, 300 },
	{ "two.test", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "two.test", DNSFAKE_A, "127.0.0.1", 0, 300 },
	{ "other.test", DNSFAKE_A, "127.0.0.1", 0, 300 },
	{ "inside.test", DNSFAKE_A, "127.0.0.2", 0, 300 },
	{ "ours.test", DNSFAKE_A, "192.0.2.9", 0, 300 },
	{ "none.test", DNSFAKE_NONE, "", 0, 0 },
	{ "servfail.test", DNSFAKE_SERVFAIL, "", 0, 0 },
	{ "silent.test", DNSFAKE_SILENT, "", 0, 0 },
	{ NULL, 0, NULL, 0, 0 },
};

static struct resolve dns = { .deadline_ms = 2000 };
static struct hostaddr_prefix here;
static const struct hostaddr own = { 4, { 192, 0, 2, 9 } };
static struct https_client client = { .dns = &dns,
	.policy = { .allow = &here, .n_allow = 1, .own = &own, .n_own = 1 } };

/* a request, and what came of it */
static struct request {
	struct https h; /* first */
	char url[200];
	int times;
	enum https_fault fault;
	long status;
	char type[HTTPS_TYPE_MAX + 1], text[HTTPS_REASON_MAX + 1];
	char body[70000];
	size_t n;
} request, other;

static int left;
static void
on_done(void *arg, const struct https_answer *a)
{
	struct request *r = arg;

	r->times++;
	r->fault = a->fault;
	r->status = a->status;
	snprintf(r->type, sizeof r->type, "%s", a->type == NULL ? "" : a->type);
	snprintf(r->text, sizeof r->text, "%s",
	    a->fault == HTTPS_GOOD ? "" : a->text);
	r->n = a->n;
	snprintf(r->body, sizeof r->body, "%.*s", (int)a->n, a->body);
	if (--left == 0)
		loop_stop();
}

static void
start(struct request *r, const char *host, const char *path)
{
	memset(r, 0, sizeof *r);
	snprintf(r->url, sizeof r->url, "https://%s:%u%s", host, httpsfake_port,
	    path);
	r->h.url = r->url;
	r->h.most = 65536;
	r->h.wait_ms = 10000;
	r->h.done = on_done;
	r->h.arg = r;
	left++;
}

static void
get(const char *host)
{
	start(&request, host, "/x");
	is_num(https_start(&client, &request.h), 0, host);
	is_num(request.times, 0, "not before the loop runs");
	looprun();
	is_num(request.times, 1, "is done once");
}

static void
answers(void)
{
	httpsfake_host("good.test", "good", "\"body\": \"hello\"");
	get("good.test");
	is_num(request.fault, HTTPS_GOOD, "an answer");
	is_num(request.status, 200, "its status");
	is_str(request.type, "text/plain", "its type");
	is_str(request.body, "hello", "its body");
	httpsfake_host("good.test", "good",
	    "\"status\": 404, \"type\": null, \"body\": \"no\"");
	get("good.test");
	is_num(request.fault, HTTPS_GOOD, "a refusal is an answer, too");
	is_num(request.status, 404, "its status");
	is_str(request.type, "", "without a type");
	httpsfake_host("two.test", "two", "\"body\": \"\"");
	get("two.test");
	is_num(request.fault, HTTPS_GOOD,
	    "one of two addresses is not ours to go to: it is the other");
	is_str(request.body, "", "nothing in it");
	httpsfake_host("good.test", "good",
	    "\"manner\": \"chunked\", \"body\": \"in many small pieces\"");
	get("good.test");
	is_str(request.body, "in many small pieces", "in pieces");
	httpsfake_host("good.test", "good",
	    "\"status\": 301, \"fields\": {\"Location\": \"https://two.test/\"}");
	get("good.test");
	is_num(request.status, 301, "a redirection is not followed");
	httpsfake_host("good.test", "good",
	    "\"fields\": {\"Content-Encoding\": \"gzip\"}, \"body\": \"zipped\"");
	get("good.test");
	is_str(request.body, "zipped", "nothing is unpacked");
}

static void
sizes(void)
{
	httpsfake_host("good.test", "good", "\"size\": 65536");
	get("good.test");
	is_num(request.fault, HTTPS_GOOD, "as large as is allowed");
	is_num(request.n, 65536, "all of it");
	httpsfake_host("good.test", "good", "\"size\": 65537");
	get("good.test");
	is_num(request.fault, HTTPS_TOO_LARGE, "a byte more");
	is_num(request.n, 65536, "is cut");
	is_num(request.status, 200, "its status is known");
	is_str(request.text, "longer than 65536 bytes", "and why");
	httpsfake_host("good.test", "good",
	    "\"manner\": \"chunked\", \"size\": 100000");
	get("good.test");
	is_num(request.fault, HTTPS_TOO_LARGE, "in pieces, without a length");
	httpsfake_host("good.test", "good", "\"manner\": \"header\"");
	get("good.test");
	is_num(request.fault, HTTPS_NO_ANSWER, "a header without an end");
}

static void
manners(void)
{
	int64_t began;

	httpsfake_host("good.test", "good",
	    "\"manner\": \"cut\", \"size\": 1000");
	get("good.test");
	is_num(request.fault, HTTPS_NO_ANSWER, "cut in the middle");
	httpsfake_host("good.test", "good", "\"manner\": \"close\"");
	get("good.test");
	is_num(request.fault, HTTPS_NO_ANSWER, "ended before an answer");
	httpsfake_host("good.test", "good", "\"manner\": \"gone\"");
	get("good.test");
	is_num(request.fault, HTTPS_NO_ANSWER, "ended at once");
	httpsfake_host("good.test", "good", "\"manner\": \"tls11\"");
	get("good.test");
	is_num(request.fault, HTTPS_NO_ANSWER, "TLS 1.1 is none");
	httpsfake_host("good.test", "good",
	    "\"manner\": \"slow\", \"size\": 10000");
	start(&request, "good.test", "/");
	request.h.wait_ms = 1000;
	began = clock_mono_ms();
	https_start(&client, &request.h);
	looprun();
	is_num(request.fault, HTTPS_NO_ANSWER, "slow");
	is_str(request.text, "no answer in time", "is told so");
	ok(clock_mono_ms() - began >= 1000, "not before its time");
	httpsfake_host("good.test", "good", "\"manner\": \"mute\"");
	start(&request, "good.test", "/");
	request.h.wait_ms = 500;
	https_start(&client, &request.h);
	looprun();
	is_str(request.text, "no answer in time", "no handshake");
}

static void
certificates(void)
{
	static const char *const bad[] = { "expired", "future", "wrong", "self",
		"unknown" };
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		httpsfake_host("good.test", bad[i], "\"body\": \"hello\"");
		get("good.test");
		is_num(request.fault, HTTPS_CERT, bad[i]);
		is_num(request.n, 0, "nothing is read");
		ok(request.text[0] != '\0' &&
			strstr(request.text, "CAfile") == NULL,
		    request.text);
	}
	client.cafile = "/nonexistent";
	httpsfake_host("good.test", "good", "\"body\": \"hello\"");
	get("good.test");
	is_num(request.fault, HTTPS_LOCAL,
	    "no file of authorities is our fault");
	client.cafile = httpsfake_ca;
	get("good.test");
	is_num(request.fault, HTTPS_GOOD, "and with it all is well again");
}

static void
addresses(void)
{
	httpsfake_host("good.test", "good", "\"body\": \"hello\"");
	get("inside.test");
	is_num(request.fault, HTTPS_NO_ADDRESS, "an address of this machine");
	is_str(request.text, "no address outside of here", "is told so");
	get("ours.test");
	is_str(request.text, "no address outside of here",
	    "one of its interfaces'");
	get("none.test");
	is_str(request.text, "no address", "none");
	get("unknown.test");
	is_num(request.fault, HTTPS_NO_ADDRESS, "no such name");
	get("servfail.test");
	is_str(request.text, "no address: SERVFAIL", "the DNS fails");
	start(&request, "silent.test", "/");
	request.h.wait_ms = 300;
	https_start(&client, &request.h);
	looprun();
	is_str(request.text, "no answer in time", "the DNS is silent");
	start(&request, "127.0.0.1", "/");
	is_num(https_start(&client, &request.h), -1, "no name");
	left--;
}

static void
posts(void)
{
	httpsfake_host("good.test", "good",
	    "\"status\": 201, \"body\": \"taken\"");
	start(&request, "good.test", "/report?day=1");
	request.h.post = "a\0b";
	request.h.post_len = 3;
	request.h.type = "application/tlsrpt+gzip";
	is_num(https_start(&client, &request.h), 0, "a POST");
	looprun();
	is_num(request.status, 201, "is taken");
	is_str(httpsfake_last(),
	    "good.test POST /report?day=1 application/tlsrpt+gzip rohrpost 3 "
	    "610062",
	    "as it was meant");
	get("good.test");
	is_str(httpsfake_last(), "good.test GET /x - rohrpost 0 -",
	    "and a GET");
}

/* what the environment says is nothing to us */
static void
environment(void)
{
	setenv("https_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	httpsfake_host("good.test", "good", "\"body\": \"hello\"");
	get("good.test");
	is_str(request.body, "hello", "a proxy of the environment is not used");
	unsetenv("https_proxy");
	unsetenv("ALL_PROXY");
}

/* several at once, cancelled ones, and again with the same structure */
static void
cancelled(void)
{
	httpsfake_host("good.test", "good",
	    "\"manner\": \"slow\", \"size\": 5");
	start(&request, "good.test", "/");
	https_start(&client, &request.h);
	https_cancel(&request.h);
	left--;
	start(&request, "good.test", "/");
	start(&other, "good.test", "/");
	https_start(&client, &request.h);
	https_start(&client, &other.h);
	looprun();
	is_num(request.n + other.n, 10, "two at once");
	start(&request, "good.test", "/");
	start(&other, "good.test", "/");
	request.h.wait_ms = 100;
	https_start(&client, &request.h);
	https_start(&client, &other.h);
	left--;
	https_cancel(&request.h);
	looprun();
	is_num(request.times, 0, "what is cancelled is not told of");
	is_num(other.n, 5, "the other is whole");
	https_cancel(&other.h);
	is_num(other.times, 1, "cancelling what is over is nothing");
}

int
main(void)
{
	static char *args[] = { "https", NULL };
	char server[32];
	pid_t pid;

	prog_init(args);
	pid = dnsfake_start(zone, server);
	resolve_server(&dns, server);
	hostaddr_prefix_scan("127.0.0.1", &here);
	httpsfake_start("good.test", "two.test");
	client.cafile = httpsfake_ca;
	answers();
	sizes();
	manners();
	certificates();
	addresses();
	posts();
	environment();
	cancelled();
	httpsfake_stop();
	kill(pid, SIGTERM);
	return done();
}
