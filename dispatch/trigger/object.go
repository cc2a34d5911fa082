package trigger

// object is what an event is about, as the bytes of those of its members that
// matter; nil for those that it does not have.
type object [memberCount][]byte

// member is a member of an object that matters.
type member uint8

const (
	otherMember member = iota
	typeMember
	attackTypeMember
	objectTypeMember
	hostMember
	domainMember
	apiHostMember
	urlMember
	linkMember
	pathMember
	pointMember
	parameterMember
	payloadsMember
	address4Member
	address6Member
	requestTimeMember
	responseStatusMember
	statusCodeMember
	applicationsMember
	applicationMember
	applicationIDMember
	poolMember
	targetMember
	roleMember
	changeTypeMember
	piiMember
	sensitiveDataMember
	deviationTypeMember
	typeOfEndpointMember
	apiSpecIDsMember
	specificationIDMember
	triggerNameMember
	userMember

	// What an event is about; the first of them counts.
	hitMember
	attackMember
	incidentMember

	memberCount
)

// memberOf recognises a name. Those that nothing public shows are proposals:
// target, pii, sensitive_data, deviation_type, api_spec_ids, specification_id
// and, outside hits, response_status and applications.
func memberOf(name []byte) member {
	switch string(name) {
	case "type":
		return typeMember
	case "attack_type": // in records for S3
		return attackTypeMember
	case "object_type":
		return objectTypeMember
	case "host":
		return hostMember
	case "domain":
		return domainMember
	case "api_host":
		return apiHostMember
	case "url":
		return urlMember
	case "link":
		return linkMember
	case "path":
		return pathMember
	case "point":
		return pointMember
	case "parameter":
		return parameterMember
	case "payloads":
		return payloadsMember
	case "remote_addr4":
		return address4Member
	case "remote_addr6":
		return address6Member
	case "request_time":
		return requestTimeMember
	case "response_status":
		return responseStatusMember
	case "status_code": // in records for S3
		return statusCodeMember
	case "applications":
		return applicationsMember
	case "application":
		return applicationMember
	case "application_id": // in records for S3
		return applicationIDMember
	case "pool": // in Wallarm's API
		return poolMember
	case "target":
		return targetMember
	case "role":
		return roleMember
	case "change_type":
		return changeTypeMember
	case "pii":
		return piiMember
	case "sensitive_data":
		return sensitiveDataMember
	case "deviation_type":
		return deviationTypeMember
	case "type_of_endpoint":
		return typeOfEndpointMember
	case "api_spec_ids":
		return apiSpecIDsMember
	case "specification_id":
		return specificationIDMember
	case "trigger_name":
		return triggerNameMember
	case "hit":
		return hitMember
	case "attack":
		return attackMember
	case "incident":
		return incidentMember
	case "user":
		return userMember
	}
	return otherMember
}

// read notes the members of the object that the cursor is at; of duplicates the
// last one counts.
func (o *object) read(c *cursor) {
	*o = object{}
	c.enter()
	for name, ok := c.member(); ok; name, ok = c.member() {
		o[memberOf(name)] = c.value()
	}
}

// text is what a string or number says; empty for null, "" and what is not
// there.
func (o *object) text(m member) []byte { return text(o[m]) }
