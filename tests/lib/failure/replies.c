/* replies as servers and providers document them, and what the shipped lines
 * call them */
#include "failure/failure.h"
#include "memlookup.h"
#include "tap.h"

static const struct {
	const char *text, *host, *phase, *class;
	int hard;
} replies[] = {
	/* Postfix */
	{ "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown "
	  "in local recipient table",
	    "", "rcpt", "unknown-user", 1 },
	{ "550 5.1.1 <a@b.example>: Recipient address rejected: undeliverable "
	  "address: host mx[192.0.2.1] said: 550 no such user",
	    "", "rcpt", "unknown-user", 1 },
	{ "454 4.7.1 <a@b.example>: Relay access denied", "", "rcpt",
	    "no-relay", 0 },
	{ "450 4.1.8 <a@b.example>: Sender address rejected: Domain not found",
	    "", "rcpt", "policy", 0 },
	{ "550 5.1.2 <a@b.example>: Recipient address rejected: Domain not "
	  "found",
	    "", "rcpt", "unknown-host", 1 },
	{ "450 4.7.25 Client host rejected: cannot find your hostname, "
	  "[192.0.2.1]",
	    "", "rcpt", "blocked", 0 },
	{ "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked "
	  "using zen.spamhaus.org",
	    "", "rcpt", "blocked", 0 },
	{ "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified "
	  "hostname",
	    "", "rcpt", "blocked", 0 },
	{ "552 5.3.4 Message size exceeds fixed limit", "", "mail", "too-large",
	    0 },
	{ "452 4.3.1 Insufficient system storage", "", "mail", "system", 0 },
	{ "530 5.7.0 Must issue a STARTTLS command first", "", "mail", "tls",
	    0 },
	{ "421 4.7.0 mx.example.net Error: too many errors", "", "rcpt",
	    "rate-limited", 0 },
	{ "450 4.2.0 <a@b.example>: Recipient address rejected: Greylisted, "
	  "see http://postgrey.schweikert.ch/help/b.example.html",
	    "", "rcpt", "greylisted", 0 },
	{ "550 5.7.23 <a@b.example>: Recipient address rejected: Message "
	  "rejected due to: SPF fail - not authorized",
	    "", "rcpt", "auth-failure", 0 },
	{ "451 4.3.5 Server configuration error", "", "rcpt", "system", 0 },
	{ "451 4.7.1 Service unavailable - try again later", "", "dot",
	    "system", 0 },
	{ "mail for b.example loops back to myself", "", "", "network", 0 },
	{ "Host or domain name not found. Name service error for "
	  "name=b.example type=MX: Host not found",
	    "", "", "unknown-host", 1 },
	{ "connect to mx.b.example[192.0.2.1]:25: Connection refused", "", "",
	    "network", 0 },
	{ "lost connection with mx.b.example[192.0.2.1] while sending RCPT TO",
	    "", "", "network", 0 },
	{ "TLS is required, but was not offered by host mx.b.example", "", "",
	    "tls", 0 },
	{ "Server certificate not trusted", "", "", "tls", 0 },
	{ "Domain b.example does not accept mail (nullMX)", "", "",
	    "unknown-host", 1 },
	/* Sendmail */
	{ "550 5.1.1 <a@b.example>... User unknown", "", "rcpt", "unknown-user",
	    1 },
	{ "550 5.7.1 <a@b.example>... Relaying denied", "", "rcpt", "no-relay",
	    0 },
	{ "553 5.1.8 <a@b.example>... Domain of sender address a@b.example "
	  "does not exist",
	    "", "mail", "policy", 0 },
	{ "452 4.4.5 <a@b.example>... Insufficient disk space; try again later",
	    "", "mail", "system", 0 },
	{ "550 5.7.1 Access denied", "", "rcpt", "policy", 0 },
	{ "421 4.3.2 Connection rate limit exceeded.", "", "greeting",
	    "rate-limited", 0 },
	{ "451 4.7.1 Greylisting in action, please come back in 00:05:00", "",
	    "rcpt", "greylisted", 0 },
	{ "554 5.4.6 Too many hops 26 (25 max)", "", "dot", "network", 0 },
	/* Exim */
	{ "550 Unrouteable address", "", "rcpt", "unknown-user", 1 },
	{ "550-Verification failed for <a@b.example> 550-No Such User Here 550 "
	  "Sender verify failed",
	    "", "rcpt", "policy", 0 },
	{ "550 relay not permitted", "", "rcpt", "no-relay", 0 },
	{ "451 Temporary local problem - please try later", "", "rcpt",
	    "system", 0 },
	{ "552 message size exceeds maximum permitted", "", "mail", "too-large",
	    0 },
	{ "all relevant MX records point to non-existent hosts", "", "",
	    "unknown-host", 1 },
	{ "all hosts for 'b.example' have been failing for a long time (and "
	  "retry time not reached)",
	    "", "", "expired", 0 },
	/* qmail and its relatives */
	{ "Sorry, no mailbox here by that name. (#5.1.1)", "", "",
	    "unknown-user", 1 },
	{ "553 sorry, that domain isn't in my list of allowed rcpthosts "
	  "(#5.7.1)",
	    "", "rcpt", "no-relay", 0 },
	{ "Sorry, I couldn't find any host named b.example. (#5.1.2)", "", "",
	    "unknown-host", 1 },
	{ "CNAME lookup failed temporarily. (#4.4.3) I'm not going to try "
	  "again; this message has been in the queue too long.",
	    "", "", "expired", 0 },
	{ "552 sorry, that message size exceeds my databytes limit (#5.3.4)",
	    "", "dot", "too-large", 0 },
	{ "554 too many hops, this message is looping (#5.4.6)", "", "dot",
	    "network", 0 },
	{ "552 we don't accept email with executable content (#5.3.4)", "",
	    "dot", "content", 0 },
	{ "user is over quota", "", "", "mailbox-full", 0 },
	{ "This message is looping: it already has my Delivered-To line. "
	  "(#5.4.6)",
	    "", "", "network", 0 },
	/* Google */
	{ "550-5.1.1 The email account that you tried to reach does not exist. "
	  "Please try 550-5.1.1 double-checking the recipient's email address",
	    "gmail-smtp-in.l.google.com", "rcpt", "unknown-user", 1 },
	{ "550 5.2.1 The email account that you tried to reach is disabled.",
	    "gmail-smtp-in.l.google.com", "rcpt", "mailbox-disabled", 0 },
	{ "550 5.2.1 The email account that you tried to reach is inactive.",
	    "gmail-smtp-in.l.google.com", "rcpt", "mailbox-disabled", 0 },
	{ "450 4.2.1 The user you are trying to contact is receiving mail too "
	  "quickly.",
	    "gmail-smtp-in.l.google.com", "rcpt", "rate-limited", 0 },
	{ "550 5.2.1 The user you are trying to contact is receiving mail at a "
	  "rate that prevents additional messages from being delivered.",
	    "gmail-smtp-in.l.google.com", "rcpt", "rate-limited", 0 },
	{ "452 4.2.2 The email account that you tried to reach is over quota.",
	    "gmail-smtp-in.l.google.com", "rcpt", "mailbox-full", 0 },
	{ "452 4.2.2 The recipient's inbox is out of storage space.",
	    "gmail-smtp-in.l.google.com", "rcpt", "mailbox-full", 0 },
	{ "421 4.7.0 Our system has detected an unusual rate of unsolicited "
	  "mail originating from your IP address.",
	    "gmail-smtp-in.l.google.com", "dot", "rate-limited", 0 },
	{ "550 5.7.1 Our system has detected an unusual rate of unsolicited "
	  "mail originating from your IP address. To protect our users from "
	  "spam, mail sent from your IP address has been blocked.",
	    "gmail-smtp-in.l.google.com", "dot", "blocked", 0 },
	{ "550 5.7.1 Our system has detected that this message is likely "
	  "unsolicited mail. To reduce the amount of spam sent to Gmail, this "
	  "message has been blocked.",
	    "gmail-smtp-in.l.google.com", "dot", "spam-content", 0 },
	{ "550 5.7.26 This mail has been blocked because the sender is "
	  "unauthenticated. Gmail requires all senders to authenticate with "
	  "either SPF or DKIM.",
	    "gmail-smtp-in.l.google.com", "dot", "auth-failure", 0 },
	{ "421 4.7.28 Gmail has detected an unusual rate of mail originating "
	  "from your SPF domain.",
	    "gmail-smtp-in.l.google.com", "dot", "rate-limited", 0 },
	{ "552 5.7.0 This message was blocked because its content presents a "
	  "potential security issue.",
	    "gmail-smtp-in.l.google.com", "dot", "content", 0 },
	{ "552 5.3.4 Your message exceeded Google's message size limits.",
	    "gmail-smtp-in.l.google.com", "dot", "too-large", 0 },
	{ "550 5.7.1 Daily SMTP relay limit exceeded for user.",
	    "smtp-relay.gmail.com", "mail", "rate-limited", 0 },
	{ "550 5.7.25 The IP address sending this message does not have a PTR "
	  "record setup",
	    "gmail-smtp-in.l.google.com", "dot", "blocked", 0 },
	{ "421 4.7.0 TLS required for RCPT domain, closing connection.",
	    "aspmx.l.google.com", "rcpt", "tls", 0 },
	{ "421 4.3.0 Temporary System Problem. Try again later.",
	    "aspmx.l.google.com", "rcpt", "system", 0 },
	/* Microsoft */
	{ "550 5.5.0 Requested action not taken: mailbox unavailable "
	  "(S2017062302).",
	    "hotmail-com.olc.protection.outlook.com", "rcpt", "unknown-user",
	    1 },
	{ "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient a@b.example "
	  "not found by SMTP address lookup",
	    "x.prod.outlook.com", "", "unknown-user", 1 },
	{ "550 5.4.1 Recipient address rejected: Access denied.",
	    "b-example.mail.protection.outlook.com", "rcpt", "unknown-user",
	    1 },
	{ "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. "
	  "Please contact your Internet service provider since part of their "
	  "network is on our block list (S3150).",
	    "hotmail-com.olc.protection.outlook.com", "mail", "blocked", 0 },
	{ "421 RP-001 (BAY004-MC1F1) Unfortunately, some messages from "
	  "192.0.2.1 weren't sent. Please try again. We have limits for how "
	  "many messages can be sent per hour and per day.",
	    "mx1.hotmail.com", "mail", "rate-limited", 0 },
	{ "451 4.7.650 The mail server [192.0.2.1] has been temporarily rate "
	  "limited due to IP reputation.",
	    "hotmail-com.olc.protection.outlook.com", "rcpt", "rate-limited",
	    0 },
	{ "550 5.7.515 Access denied, sending domain B.EXAMPLE doesn't meet "
	  "the required authentication level.",
	    "hotmail-com.olc.protection.outlook.com", "dot", "auth-failure",
	    0 },
	{ "550 5.7.708 Service unavailable. Access denied, traffic not "
	  "accepted from this IP.",
	    "b-example.mail.protection.outlook.com", "rcpt", "blocked", 0 },
	{ "550 5.7.511 Access denied, banned sender[192.0.2.1].",
	    "b-example.mail.protection.outlook.com", "rcpt", "blocked", 0 },
	{ "451 4.7.500 Server busy. Please try again later from [192.0.2.1].",
	    "b-example.mail.protection.outlook.com", "rcpt", "rate-limited",
	    0 },
	{ "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected "
	  "by organization policy",
	    "x.prod.outlook.com", "", "policy", 0 },
	{ "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; "
	  "authentication required",
	    "x.prod.outlook.com", "", "policy", 0 },
	{ "550 5.2.2 STOREDRV.Deliver; mailbox full. The following information "
	  "should help identify the cause of this error",
	    "x.prod.outlook.com", "", "mailbox-full", 0 },
	{ "554 5.2.122 The recipient has exceeded their limit for the number "
	  "of messages they can receive per hour.",
	    "x.prod.outlook.com", "", "rate-limited", 0 },
	{ "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded",
	    "x.prod.outlook.com", "", "rate-limited", 0 },
	{ "550 5.0.350 Remote server returned an error -> 550 Administrative "
	  "prohibition",
	    "x.prod.outlook.com", "", "policy", 0 },
	{ "530 5.7.57 SMTP; Client was not authenticated to send anonymous "
	  "mail during MAIL FROM",
	    "x.prod.outlook.com", "mail", "policy", 0 },
	{ "550 5.7.64 TenantAttribution; Relay Access Denied",
	    "b-example.mail.protection.outlook.com", "rcpt", "no-relay", 0 },
	{ "#5.1.1 smtp;550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found",
	    "x.b.example", "", "unknown-user", 1 },
	{ "#550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this "
	  "recipient",
	    "", "", "too-large", 0 },
	{ "#550 4.4.7 QUEUE.Expired; message expired", "", "", "expired", 0 },
	/* Yahoo */
	{ "554 delivery error: dd This user doesn't have a yahoo.com account "
	  "(a@yahoo.com) [0] - mta1.mail.bf1.yahoo.com",
	    "mta5.am0.yahoodns.net", "dot", "unknown-user", 0 },
	{ "552 1 Requested mail action aborted, mailbox not found",
	    "mta5.am0.yahoodns.net", "rcpt", "unknown-user", 1 },
	{ "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due "
	  "to unexpected volume or user complaints - 4.16.55.1",
	    "mta5.am0.yahoodns.net", "mail", "blocked", 0 },
	{ "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1, "
	  "because the ip is in Spamhaus's list",
	    "mta5.am0.yahoodns.net", "greeting", "blocked", 0 },
	{ "554 5.7.9 Message not accepted for policy reasons.",
	    "mta5.am0.yahoodns.net", "dot", "policy", 0 },
	{ "554 Message not allowed - [PH01] Email not accepted for policy "
	  "reasons.",
	    "mta5.am0.yahoodns.net", "dot", "policy", 0 },
	{ "421 Max message per connection reached, closing transmission "
	  "channel",
	    "mta5.am0.yahoodns.net", "mail", "rate-limited", 0 },
	{ "450 User is receiving mail too quickly", "mta5.am0.yahoodns.net",
	    "rcpt", "rate-limited", 0 },
	{ "451 Resources temporarily unavailable. Please try again later "
	  "[#4.16.1].",
	    "mta5.am0.yahoodns.net", "rcpt", "system", 0 },
	/* GMX, web.de, IONOS */
	{ "554-gmx.net (mxgmx104) Nemesis ESMTP Service not available 554-No "
	  "SMTP service 554-IP address is block listed.",
	    "mx00.gmx.net", "greeting", "blocked", 0 },
	{ "554-No SMTP service 554-Bad DNS PTR resource record.",
	    "mx00.gmx.net", "greeting", "blocked", 0 },
	{ "550 Requested action not taken: mailbox unavailable", "mx00.gmx.net",
	    "rcpt", "unknown-user", 1 },
	{ "550-Requested mail action aborted: exceeded storage allocation 550 "
	  "mailbox full",
	    "mx00.gmx.net", "rcpt", "mailbox-full", 0 },
	{ "421 Rate limit reached. Please try again later", "mx00.gmx.net",
	    "mail", "rate-limited", 0 },
	{ "550 a@b.example: Reject due to SPF policy. The originating IP of "
	  "the message is not permitted by the domain owner",
	    "mx00.gmx.net", "mail", "auth-failure", 0 },
	{ "554 Transaction failed 554 Reject due to policy restrictions.",
	    "mx00.gmx.net", "dot", "policy", 0 },
	/* Apple, Comcast, GoDaddy, France */
	{ "552 5.2.2 <a@icloud.com>: user is over quota",
	    "mx01.mail.icloud.com", "rcpt", "mailbox-full", 0 },
	{ "550 5.7.1 [CS01] Message rejected due to local policy.",
	    "mx01.mail.icloud.com", "dot", "policy", 0 },
	{ "554 5.7.1 [HM08] Message rejected due to local policy.",
	    "mx01.mail.icloud.com", "dot", "policy", 0 },
	{ "450 4.2.2 <a@icloud.com>: user is overquota", "mx01.mail.icloud.com",
	    "rcpt", "mailbox-full", 0 },
	{ "550 5.1.1 Not our Customer", "mx1.comcast.net", "rcpt",
	    "unknown-user", 1 },
	{ "554 resimta-po-02v.sys.comcast.net comcast 192.0.2.1 Comcast block "
	  "for spam. BL000000",
	    "mx1.comcast.net", "greeting", "blocked", 0 },
	{ "421 Too many sessions opened", "mx1.comcast.net", "greeting",
	    "rate-limited", 0 },
	{ "421 Reverse DNS failure : Try again later", "mx1.comcast.net",
	    "greeting", "blocked", 0 },
	{ "552 5.2.0 This message has been rejected due to content judged to "
	  "be spam by the internet community IB212",
	    "smtp.secureserver.net", "dot", "spam-content", 0 },
	{ "421 Server temporarily unavailable. Try again later. IB101",
	    "smtp.secureserver.net", "greeting", "system", 0 },
	{ "550 Recipient not found", "smtp.secureserver.net", "rcpt",
	    "unknown-user", 1 },
	{ "421 OFR004_104 Trop de connexions, veuillez verifier votre "
	  "configuration. Too many connections, slow down. [104]",
	    "smtp-in.orange.fr", "greeting", "rate-limited", 0 },
	{ "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid "
	  "recipient. OFR_416 [416]",
	    "smtp-in.orange.fr", "rcpt", "unknown-user", 1 },
	{ "550 5.5.0 Boite du destinataire archivee. Archived recipient.",
	    "smtpz4.laposte.net", "rcpt", "mailbox-disabled", 0 },
	/* Asia */
	{ "550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help",
	    "mx3.qq.com", "rcpt", "unknown-user", 1 },
	{ "550 Domain frequency limited. http://service.mail.qq.com",
	    "mx3.qq.com", "rcpt", "rate-limited", 0 },
	{ "550 Ip frequency limited.", "mx3.qq.com", "rcpt", "rate-limited",
	    0 },
	{ "550 Mail content denied.", "mx3.qq.com", "dot", "spam-content", 0 },
	{ "550 Suspected spam sender.", "mx3.qq.com", "dot", "spam-content",
	    0 },
	{ "550 DMARC check failed.", "mx3.qq.com", "dot", "auth-failure", 0 },
	{ "554 DT:SPM 163 mx1,please see http://mail.163.com/help",
	    "mx1.163.com", "dot", "spam-content", 0 },
	{ "550 User has no permission", "mx1.163.com", "rcpt", "policy", 0 },
	{ "550 User suspended", "mx1.163.com", "rcpt", "mailbox-disabled", 0 },
	{ "421 HL:IFC 163 mx1", "mx1.163.com", "greeting", "rate-limited", 0 },
	{ "550 Unknown user a@docomo.ne.jp", "mfsmax.docomo.ne.jp", "dot",
	    "policy", 0 },
	{ "550 : User unknown", "lsean.ezweb.ne.jp", "dot", "policy", 0 },
	{ "550 <a@ezweb.ne.jp>: User unknown", "lsean.ezweb.ne.jp", "rcpt",
	    "unknown-user", 1 },
	/* Russia */
	{ "550 Message was not accepted -- invalid mailbox.  Local mailbox "
	  "a@mail.ru is unavailable: user not found",
	    "mxs.mail.ru", "rcpt", "unknown-user", 1 },
	{ "550 Message was not accepted -- invalid mailbox.  Local mailbox "
	  "a@mail.ru is unavailable: account is disabled",
	    "mxs.mail.ru", "rcpt", "mailbox-disabled", 0 },
	{ "550 spam message rejected. Please visit http://help.mail.ru",
	    "mxs.mail.ru", "dot", "spam-content", 0 },
	{ "554 5.7.1 Message rejected under suspicion of SPAM; "
	  "https://ya.cc/1IrBc",
	    "mx.yandex.ru", "dot", "spam-content", 0 },
	{ "552 5.2.2 Mailbox size limit exceeded", "mx.yandex.ru", "rcpt",
	    "mailbox-full", 0 },
	{ "550 5.7.1 No such user!", "mx.yandex.ru", "rcpt", "unknown-user",
	    1 },
	/* filters in between */
	{ "550 Invalid Recipient - https://community.mimecast.com/docs/"
	  "DOC-1369#550",
	    "eu-smtp-inbound-1.mimecast.com", "rcpt", "unknown-user", 1 },
	{ "550 Administrative prohibition - envelope blocked",
	    "eu-smtp-inbound-1.mimecast.com", "rcpt", "policy", 0 },
	{ "451 Internal resources are temporarily unavailable",
	    "eu-smtp-inbound-1.mimecast.com", "rcpt", "system", 0 },
	{ "550 5.7.1 Message content rejected, UBE, id=12345",
	    "barracuda.b.example", "dot", "spam-content", 0 },
	{ "550 permanent failure for one or more recipients "
	  "(a@b.example:blocked)",
	    "d1.ess.barracudanetworks.com", "dot", "policy", 0 },
	{ "554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1",
	    "mx0a.pphosted.com", "greeting", "blocked", 0 },
	{ "550 5.1.1 User Unknown", "mx0a.pphosted.com", "rcpt", "unknown-user",
	    1 },
	{ "550 5.7.0 Local Policy Violation", "mx0a.pphosted.com", "dot",
	    "policy", 0 },
	{ "550-Invalid recipient a@b.example (Mode: normal)",
	    "mailin-01.mx.example", "rcpt", "unknown-user", 1 },
	/* delivering services */
	{ "smtp; 550 5.1.1 Address is on the suppression list", "", "",
	    "policy", 0 },
	{ "554 Message rejected: Email address is not verified.",
	    "email-smtp.us-east-1.amazonaws.com", "dot", "no-relay", 0 },
	{ "454 Throttling failure: Maximum sending rate exceeded.",
	    "email-smtp.us-east-1.amazonaws.com", "dot", "rate-limited", 0 },
	/* mail stores */
	{ "452 4.2.2 <a@b.example> Quota exceeded (mailbox for user is full)",
	    "", "dot", "mailbox-full", 0 },
	{ "550 5.1.1 <a@b.example> User doesn't exist: a", "", "rcpt",
	    "unknown-user", 1 },
	{ "550-Mailbox unknown.  Either there is no mailbox associated with "
	  "this 550-name or you do not have authorization to see it.",
	    "", "rcpt", "unknown-user", 1 },
	{ "552 5.2.2 Over quota", "", "dot", "mailbox-full", 0 },
	{ "User a (a@b.example) not listed in Domino Directory", "", "",
	    "unknown-user", 1 },
	{ "Error transferring to B.EXAMPLE; Maximum hop count exceeded.", "",
	    "", "network", 0 },
	{ "554 5.1.0 cox 192.0.2.1 blocked. Error Code: CXBL, see "
	  "http://postmaster.cox.net",
	    "mx.east.cox.net", "greeting", "blocked", 0 },
	{ "552 Refer to Error Codes section for more information. AUP#CXMXRT",
	    "smtp.cox.net", "rcpt", "rate-limited", 0 },
	{ "554 impin004.msg.chrl.nc.charter.net cmsmtp blocked. Please see "
	  "http://www.spectrum.net for more information. AUP#In-1020",
	    "mx0.charter.net", "greeting", "blocked", 0 },
	/* other languages */
	{ "552 5.2.2 Boîte pleine", "", "rcpt", "mailbox-full", 0 },
	{ "552 Postfach ist voll", "", "rcpt", "mailbox-full", 0 },
	{ "550 Empfänger unbekannt", "", "rcpt", "unknown-user", 1 },
	{ "550 utente sconosciuto", "", "rcpt", "unknown-user", 1 },
	/* in the manner of many */
	{ "550 High probability of spam", "", "dot", "spam-content", 0 },
	{ "550 5.7.1 Rejected by filter", "", "dot", "policy", 0 },
	{ "554 Denied [CS] (Mode: normal)", "", "dot", "policy", 0 },
	{ "550 Rule imposed mailbox access for a@b.example refused: user "
	  "invalid",
	    "", "rcpt", "unknown-user", 1 },
	{ "mail forwarding loop for a@b.example", "", "", "network", 0 },
	{ "Command died with status 1: \"/usr/bin/procmail\"", "", "", "system",
	    0 },
	{ "550 Host name lookup failure", "", "", "network", 0 },
	{ "450 Could not complete sender verify callout", "", "rcpt", "policy",
	    0 },
	{ "550 5.6.0 Lone CR or LF in headers (see RFC2822 section 2.2)", "",
	    "dot", "content", 0 },
	{ "403 4.7.0 TLS handshake failed.", "", "starttls", "tls", 0 },
	{ "501 5.1.3 Bad recipient address syntax", "", "rcpt", "bad-address",
	    1 },
	{ "550 Too many invalid recipients", "", "rcpt", "rate-limited", 0 },
	{ "The size of this message exceeds the recipient's limit", "", "",
	    "too-large", 0 },
	{ "550 something that nobody has said before", "", "dot", "other", 0 },
	{ "450 something that nobody has said before", "", "dot", "temporary",
	    0 },
};

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

int
main(void)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_classes, "");
	struct failure_facts f = { 0 };
	struct failure got;
	size_t i;

	for (i = 0; i < sizeof replies / sizeof *replies; i++) {
		f.text = slice(replies[i].text);
		f.host = slice(replies[i].host);
		f.phase = slice(replies[i].phase);
		failure_look(&l, &f, &got);
		if (!is_str(got.class, replies[i].class, replies[i].text))
			printf("# line %u\n", got.line - FAILURE_SHIPPED_AT);
		is_num(got.hard, replies[i].hard, "hard");
	}
	memtable_free(&t);
	return done();
}
