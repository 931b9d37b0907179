//! What a location server's refusals mean for an ask, one by one.

use domain::locate::Failure;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use wire::mlp::resid::ResidMeaning;

/// What a result code means.
pub(super) const fn failure_of(meaning: ResidMeaning) -> Failure {
    match meaning {
        ResidMeaning::UnknownSubscriber => Failure::UnknownToSource,
        // The phone is off or out of reach, or no method of the network finds it as wanted, or in time: that the server
        // says so shows that the server works. `TargetMoved` is meant for
        // servers among themselves; one that lets it through lost the phone between two switches.
        ResidMeaning::AbsentSubscriber
        | ResidMeaning::PositionMethodFailure
        | ResidMeaning::Timeout
        | ResidMeaning::QualityNotAttainable
        | ResidMeaning::TargetMoved => Failure::Unlocatable,
        // `Unspecified` also stands for a reason of privacy that the server does not name, so it is taken for one.
        ResidMeaning::Unspecified
        | ResidMeaning::UnauthorizedApplication
        | ResidMeaning::PositioningNotAllowed
        | ResidMeaning::DisallowedByRegulations => Failure::DeniedBySource,
        // The server cannot, or not now; or it does not understand how it is asked, which its engineer has to mend.
        ResidMeaning::SystemFailure
        | ResidMeaning::CongestionInServer
        | ResidMeaning::CongestionInNetwork
        | ResidMeaning::Misconfiguration
        | ResidMeaning::UnsupportedVersion
        | ResidMeaning::TooManyPositionItems
        | ResidMeaning::FormatError
        | ResidMeaning::SyntaxError
        | ResidMeaning::ElementNotSupported
        | ResidMeaning::ServiceNotSupported
        | ResidMeaning::AttributeNotSupported
        | ResidMeaning::InvalidElementValue
        | ResidMeaning::InvalidAttributeValue
        | ResidMeaning::ElementValueNotSupported
        | ResidMeaning::AttributeValueNotSupported
        | ResidMeaning::NoAnalyticData
        | ResidMeaning::Vendor
        | ResidMeaning::MlsClient
        | ResidMeaning::Unassigned => Failure::Unavailable,
        // All is well, but there is no position; or a trigger is spoken of that nobody set.
        ResidMeaning::Ok
        | ResidMeaning::TriggerCancelled
        | ResidMeaning::InvalidMsidInTlrsr
        | ResidMeaning::TlrsrForOneNotSupported => Failure::Untrustworthy,
    }
}

/// What a status means whose body says nothing: the protocol answers with 200, and 404 for a service it has not.
pub(super) fn failure_of_status(status: StatusCode) -> Failure {
    let there_but_not_now = matches!(
        status,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS | StatusCode::NOT_FOUND
    );
    // Whoever stands before the server does not let this gateway through.
    let shut_out = matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::PROXY_AUTHENTICATION_REQUIRED
    );
    if status.is_server_error() || there_but_not_now || shut_out {
        Failure::Unavailable
    } else {
        Failure::Untrustworthy
    }
}

/// Whether a body may be read as XML: at most one content type, which is XML's if there is one, and no compression, which
/// was not asked for.
pub(super) fn is_xml(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let media = match (types.next(), types.next()) {
        (None, _) => return !headers.contains_key(CONTENT_ENCODING),
        (Some(only), None) => only.to_str().unwrap_or_default(),
        (Some(_), Some(_)) => return false,
    };
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let xml = matches!(media.as_str(), "text/xml" | "application/xml") || media.ends_with("+xml");
    xml && !headers.contains_key(CONTENT_ENCODING)
}

#[cfg(test)]
mod tests {
    use wire::mlp::resid::Resid;

    use super::*;

    #[test]
    fn every_result_code_means_one_thing() {
        let table: [(&[u16], Failure); 6] = [
            (&[4], Failure::UnknownToSource),
            (&[5, 6, 201, 208], Failure::Unlocatable),
            (&[2, 3, 202, 204], Failure::DeniedBySource),
            (&[7], Failure::Unlocatable),
            (
                &[
                    1, 101, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 117, 203, 207, 500, 599, 601, 605,
                    102, 8, 999,
                ],
                Failure::Unavailable,
            ),
            (&[0, 114, 115, 116], Failure::Untrustworthy),
        ];
        for (codes, failure) in table {
            for code in codes {
                assert_eq!(failure_of(Resid(*code).meaning()), failure, "{code}");
            }
        }
    }

    #[test]
    fn a_status_without_words_is_the_links_or_the_servers_fault() {
        for (status, failure) in [
            (500, Failure::Unavailable),
            (503, Failure::Unavailable),
            (404, Failure::Unavailable),
            (408, Failure::Unavailable),
            (429, Failure::Unavailable),
            (401, Failure::Unavailable),
            (403, Failure::Unavailable),
            (307, Failure::Untrustworthy),
            (204, Failure::Untrustworthy),
            (400, Failure::Untrustworthy),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(failure_of_status(status), failure, "{status}");
        }
    }

    #[test]
    fn xml_is_known_by_its_type_or_by_none() {
        let with = |headers: &[(&'static str, &str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(*name, value.parse().expect("a value"));
            }
            is_xml(&map)
        };
        assert!(with(&[]));
        for good in [
            "text/xml",
            "application/xml; charset=ISO-8859-1",
            "Text/XML",
            "application/mlp+xml",
        ] {
            assert!(with(&[("content-type", good)]), "{good}");
        }
        for bad in ["text/html", "application/json", "", "xml"] {
            assert!(!with(&[("content-type", bad)]), "{bad}");
        }
        assert!(!with(&[("content-type", "text/xml"), ("content-type", "text/xml")]));
        assert!(!with(&[("content-encoding", "gzip")]));
    }
}
