/* KumoMTA: shaping files as lines of throttle, providers and replies */
#include "import/kumo.h"
#include "imported.h"

static struct kumo k;

static void
is(const char *text, int broken, const char *throttle, const char *left)
{
	imported_begin();
	memset(&k, 0, sizeof k);
	k.import = &imported;
	is_num(kumo_read(&k, "f", text, strlen(text)), broken ? -1 : 0, text);
	kumo_finish(&k);
	is_num(imported.broken, broken, "broken");
	imported_is(IMPORT_THROTTLE, throttle, "limits");
	imported_left(left, "and left out");
}

#define ALONE \
	"domains with the same MX share these limits, and here they are this " \
	"domain's alone; providers can name its MX"

static void
limits(void)
{
	is("", 0, "", "");
	is("[x", 1, "", "f:1: a [ that is not closed|");
	is("x = 1", 0, "", "f:1: no table of a domain: x = 1|");
	is("['default']\nconnection_limit = 5\nmax_message_rate = '1,000/h'\n"
	   "max_connection_rate = '10/min'\nmax_deliveries_per_connection = "
	   "7\nenable_tls = 'Required'\nprovider_connection_limit = 3\n",
	    0,
	    "site:*+src:* conn=5|site:*+src:* rate=1000/h|"
	    "site:*+src:* conn-rate=10/m|site:*+src:* msgs-per-conn=7|",
	    "f:6: no file of ours says this: enable_tls = Required|"
	    "f:7: this is no provider: provider_connection_limit = 3|");
	imported_is(IMPORT_POOLS, "default name=default|", "a source's name");
	is("['a.example']\nmx_rollup = false\nconnection_limit = 5\n"
	   "['b.example']\nmax_message_rate = 5\n"
	   "['a.example'.sources.s1]\nconnection_limit = 3\n"
	   "['a.example'.sources.'s 2']\n",
	    0, "domain:a.example+src:* conn=5|domain:a.example+src:s1 conn=3|",
	    "f:8: a source whose name has other than letters, digits, - _ and "
	    ".: s 2|"
	    "f:4: " ALONE ": b.example|"
	    "f:5: no number, or no rate: max_message_rate = 5|");
}

/* the forms of a number, and what may stand around it */
static void
forms(void)
{
	is("['default']\nconnection_limit = '1,000'\n"
	   "max_message_rate = 'local:1_000/d,max_burst=1'\n"
	   "max_connection_rate = '1,000/h,max_burst=x'\n"
	   "max_deliveries_per_connection = 'local:'\n",
	    0, "site:*+src:* conn=1000|site:*+src:* rate=1000/d burst=1|",
	    "f:4: no number, or no rate: max_connection_rate = "
	    "1,000/h,max_burst=x|"
	    "f:5: no number, or no rate: max_deliveries_per_connection = "
	    "local:|");
}

static void
providers(void)
{
	is("[provider.'Big One']\nmatch = [{MXSuffix='.a.example'}, "
	   "{HostName='m.b.example'},\n{DomainSuffix='.c.example'}, "
	   "{Other='x'}]\nconnection_limit = 20\n"
	   "provider_connection_limit = 30\n"
	   "provider_max_message_rate = '5/s'\n"
	   "['default']\nconnection_limit = 25\n[provider.x]\nmatch = 1\n",
	    0,
	    "site:*+provider:big-one+src:* conn=20|"
	    "provider:big-one+src:* conn=30|provider:big-one+src:* rate=5/s|"
	    "site:*+src:* conn=25|",
	    "f:3: providers knows no such match|"
	    "f:10: no list of a provider: match = 1|");
	imported_is(IMPORT_PROVIDERS,
	    "big-one mx:.a.example|big-one mx:m.b.example|"
	    "big-one .c.example|",
	    "providers");
}

static void
replies(void)
{
	is("[['default'.automation]]\nregex = ['a b', '\\d{2}', '\\b']\n"
	   "action = 'Suspend'\nduration = '90 minutes'\n"
	   "[[provider.p.automation]]\nregex = 'c'\naction = ['Suspend']\n"
	   "trigger = 'Immediate'\nduration = '1h'\n",
	    0, "",
	    "f:1: an expression with \\ and a letter or digit that POSIX does "
	    "not have: \\b|");
	imported_is(IMPORT_REPLIES,
	    "suspend=1h key=site+src provider:p text~/c/|"
	    "suspend=90m key=site+src text~/a b/|"
	    "suspend=90m key=site+src text~/[0-9][0-9]/|",
	    "replies: those of all come last");
	is("[['default'.automation]]\nregex = 'a'\naction = 'Suspend'\n"
	   "trigger = {Threshold='5/hr'}\nduration = '1h'\n"
	   "[['default'.automation]]\nregex = ['b']\n"
	   "action = {SetConfig={name='connection_limit', value=1}}\n"
	   "duration = '1h'\n[['default'.automation]]\nregex = 'c'\n"
	   "action = 'Suspend'\n[['default'.automation]]\n"
	   "action = 'Suspend'\nduration = '1h'\n[['default'.automation]]\n"
	   "regex = 'd'\naction = 'Suspend'\nduration = '30 days'\n",
	    0, "",
	    "f:1: replies acts at the first one that fits: a|"
	    "f:6: replies has no such action: b|f:10: no duration: c|"
	    "f:13: no regex|"
	    "f:16: replies cannot say this: *: "
	    "suspend=30d key=site+src text~/d/|");
	is("[['a.example'.automation]]\nregex = 'a'\naction = 'Suspend'\n"
	   "duration = '1h'\n",
	    0, "",
	    "f:1: " ALONE ": a.example|"
	    "f:1: replies knows providers, but not domains: a|");
}

int
main(void)
{
	limits();
	forms();
	providers();
	replies();
	imported_begin();
	imported_end();
	return done();
}
