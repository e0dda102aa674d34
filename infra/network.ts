/**
 * Where training hosts live: public subnets of a network of their own, closed from outside. No NAT gateway ($33 a month) and
 * no hosted zone: idle, it costs nothing. Photos and models travel by a gateway endpoint, which is free too.
 */
import { account } from "./account.ts";

export interface Network {
  vpc: $util.Output<string>;
  subnets: $util.Output<string>[];
  securityGroup: $util.Output<string>;
}

/** More zones find Spot capacity sooner; every region of AWS has two or more. */
const ZONES = 2;

export const createNetwork = (): Network => {
  const vpc = new aws.ec2.Vpc("TrainingVpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
  const internet = new aws.ec2.InternetGateway("TrainingInternet", { vpcId: vpc.id });
  const routes = new aws.ec2.RouteTable("TrainingRoutes", {
    vpcId: vpc.id,
    routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: internet.id }],
  });
  new aws.ec2.VpcEndpoint("TrainingS3", {
    vpcId: vpc.id,
    serviceName: $interpolate`com.amazonaws.${account().region}.s3`,
    vpcEndpointType: "Gateway",
    routeTableIds: [routes.id],
  });
  const zones = aws.getAvailabilityZonesOutput({ state: "available" }).names;
  const subnets = Array.from({ length: ZONES }, (_, index) => {
    const subnet = new aws.ec2.Subnet(`TrainingSubnet${index + 1}`, {
      vpcId: vpc.id,
      cidrBlock: `10.0.${index}.0/24`,
      availabilityZone: zones.apply((names) => names[index] ?? ""),
      mapPublicIpOnLaunch: true,
    });
    new aws.ec2.RouteTableAssociation(`TrainingRoute${index + 1}`, { subnetId: subnet.id, routeTableId: routes.id });
    return subnet.id;
  });
  const group = new aws.ec2.SecurityGroup("TrainingHosts", {
    vpcId: vpc.id,
    description: "Training reaches out; nothing reaches in",
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
  });
  return { vpc: vpc.id, subnets, securityGroup: group.id };
};
