using System.Text.Json;
using Bellman.Environments.Physics2D;

namespace Bellman.Environments.Tests.Physics2D;

/// <summary>The engine against the reference engine, part by part and bit for bit.</summary>
public sealed class MicroScenarioTests
{
    private const float Duration = 1.0f / 50;

    [Fact]
    public void Polygons_HaveTheReferenceHullAndMass()
    {
        foreach (var row in MicroScenarios.Kind("polygon_mass").GetProperty("rows").EnumerateArray())
        {
            var shape = Shape.Polygon([.. row.GetProperty("input_vertices").EnumerateArray().Select(MicroScenarios.Point)]);
            Assert.Equal(row.GetProperty("hull_vertices").EnumerateArray().Select(MicroScenarios.Point), shape.Vertices);
            Assert.Equal(row.GetProperty("normals").EnumerateArray().Select(MicroScenarios.Point), shape.Normals);
            Assert.Equal(MicroScenarios.Point(row.GetProperty("shape_centroid")), shape.Centroid);
            var world = new World(default);
            world.AddBody(default, isDynamic: true);
            world.AddFixture(shape, new Material(row.GetProperty("density").GetSingle(), 0));
            var body = world.Bodies[0];
            Assert.Equal(row.GetProperty("mass").GetSingle(), body.Mass);
            Assert.Equal(MicroScenarios.Point(row.GetProperty("center_of_mass")), body.Sweep.LocalCenter);
            Assert.Equal(row.GetProperty("inertia_about_origin").GetSingle(), body.Inertia + (body.Mass * Vector2D.Dot(body.Sweep.LocalCenter, body.Sweep.LocalCenter)));
        }
    }

    [Fact]
    public void Rays_MeetWhatTheReferenceMeets()
    {
        var recorded = MicroScenarios.Kind("raycast");
        var world = new World(default);
        world.AddBody(default);
        foreach (var edge in recorded.GetProperty("edges").EnumerateArray())
        {
            world.AddFixture(Shape.Edge(MicroScenarios.Point(edge[0]), MicroScenarios.Point(edge[1])), new Material(0, 0.2f));
        }

        world.AddBody(default);
        world.AddFixture(Shape.Polygon([.. recorded.GetProperty("polygon").EnumerateArray().Select(MicroScenarios.Point)]), new Material(0, 0.2f));
        foreach (var row in recorded.GetProperty("rows").EnumerateArray())
        {
            var hit = world.CastRay(new(row[0].GetSingle(), row[1].GetSingle()), new(row[2].GetSingle(), row[3].GetSingle()), 1);
            var expected = row[4].ValueKind == JsonValueKind.Null ? new RayHit(1, default) : new RayHit(row[4][0].GetSingle(), new(row[4][3].GetSingle(), row[4][4].GetSingle()));
            Assert.Equal(expected, hit);
        }
    }

    [Theory]
    [InlineData("free_flight")]
    [InlineData("revolute_motor_limit")]
    [InlineData("pendulum_limit")]
    [InlineData("box_on_edge")]
    [InlineData("bouncing_box")]
    [InlineData("terrain_slide")]
    [InlineData("time_of_impact")]
    [InlineData("two_legged")]
    public void Scenario_EqualsTheReference_BitForBit(string name)
    {
        var scenario = MicroScenarios.Scenario(name);
        var (world, bodies) = MicroScenarios.Build(scenario);
        for (var step = 0; step < scenario.GetProperty("steps").GetInt32(); step++)
        {
            Push(world, bodies[0], scenario, step);
            world.Step(Duration, 180, 60);
            Assert.Equal(MicroScenarios.Floats(scenario.GetProperty("states")[step]), States(world, bodies));
            Assert.Equal(MicroScenarios.Floats(scenario.GetProperty("awake")[step]).Select(x => x != 0), bodies.Select(body => world.Bodies[body].IsAwake));
            if (scenario.TryGetProperty("joint_states_angle_speed_torque_fx_fy", out var joints))
            {
                Assert.Equal(MicroScenarios.Floats(joints[step]), JointStates(world));
            }

            if (scenario.TryGetProperty("manifolds", out var manifolds))
            {
                Assert.Equal(manifolds[step].EnumerateArray().Select(MicroScenarios.Floats), Manifolds(world).AsEnumerable().Reverse());
            }
        }
    }

    private static void Push(World world, int body, JsonElement scenario, int step)
    {
        if (scenario.GetProperty("name").GetString() != "free_flight")
        {
            return;
        }

        var setup = scenario.GetProperty("setup");
        if (step < 10)
        {
            world.Bodies[body].ApplyForce(MicroScenarios.Point(setup.GetProperty("force")));
            world.Bodies[body].ApplyTorque(setup.GetProperty("torque").GetSingle());
        }
        else if (step == 12)
        {
            world.Bodies[body].ApplyImpulse(MicroScenarios.Point(setup.GetProperty("impulse")), world.Bodies[body].Transform.Apply(new(0.2f, 0.1f)));
        }
    }

    private static float[] States(World world, int[] bodies)
    {
        var states = new List<float>();
        foreach (var index in bodies)
        {
            ref readonly var body = ref world.Bodies[index];
            states.AddRange([body.Transform.Position.X, body.Transform.Position.Y, body.Sweep.Angle, body.Velocity.X, body.Velocity.Y, body.AngularVelocity]);
        }

        return [.. states];
    }

    private static float[] JointStates(World world)
    {
        var states = new List<float>();
        for (var i = 0; i < world.Joints.Length; i++)
        {
            const float PerSecond = 1 / Duration;
            ref readonly var joint = ref world.Joints[i];
            states.AddRange([world.JointAngle(i), world.JointSpeed(i), PerSecond * joint.MotorImpulse, PerSecond * joint.PinImpulse.X, PerSecond * joint.PinImpulse.Y]);
        }

        return [.. states];
    }

    private static List<float[]> Manifolds(World world)
    {
        var manifolds = new List<float[]>();
        foreach (var index in world.TouchingContacts())
        {
            var manifold = world.Contacts[index].Manifold;
            var values = new List<float> { manifold.IsOnB ? 2 : 1, manifold.Count, manifold.LocalNormal.X, manifold.LocalNormal.Y, manifold.LocalPoint.X, manifold.LocalPoint.Y };
            for (var i = 0; i < manifold.Count; i++)
            {
                var point = manifold.Points[i];
                values.AddRange([point.Local.X, point.Local.Y, point.NormalImpulse, point.TangentImpulse]);
            }

            manifolds.Add([.. values]);
        }

        return manifolds;
    }
}
